"""A facilitator speaks for a group that is not online: states its need, prints the slip, triages; the public sees the summary and nothing else."""
import re

import pytest

from visitor import CODE, RECEIPT

WORDS = "Cuando se rompe la bomba del pozo nadie sabe a quién avisar y pasamos semanas sin agua. Pregunten por la señora Dolores."
SUMMARY = "A village wants to know quickly when a well pump breaks, and who can repair it."
ANSWERS = {
    "words": WORDS, "language": "es", "name": "Grupo del Pozo de Arriba", "country": "PE", "provenance.statedBy": "Dolores Quispe",
    "provenance.relation": "elder", "provenance.how": "in person", "provenance.consent": "spoken", "connectivity": "none", "showPublicly": True,
}


@pytest.fixture
def facilitator(node, visitors):
    return visitors(node).sign_in(node.person("facilitator"))


@pytest.fixture(scope="module")
def stated(node, lasting_visitors):
    """The facilitator at the slip of a need just stated for the group."""
    facilitator = lasting_visitors(node).sign_in(node.person("facilitator"))
    facilitator.code, facilitator.receipt = facilitator.state_need(**ANSWERS)
    return facilitator


def triage(facilitator, code, summary):
    """Opens the need from the desk and publishes the summary."""
    facilitator.go("/desk").follow(re.escape(f"/desk/{code}"))
    assert WORDS in facilitator.text and "Dolores Quispe" in facilitator.text
    form = facilitator.form("summary")
    facilitator.fill(form, {"summary": summary})
    return facilitator.send(form)


def test_the_slip_has_what_the_group_needs_and_prints(stated):
    stated.page.emulate_media(media="print")
    assert CODE.search(stated.text)[0] == stated.code
    assert RECEIPT.search(stated.text)[0] == stated.receipt
    assert WORDS in stated.text
    for left_out in ("header nav", "footer", "form"):
        for one in stated.page.locator(left_out).all():
            assert not one.is_visible(), left_out
    stated.page.emulate_media(media="screen")


def test_without_provenance_it_is_refused_and_nothing_typed_is_lost(facilitator):
    facilitator.go("/needs/new")
    incomplete = {**ANSWERS, "provenance.statedBy": ""}
    with pytest.raises(AssertionError):
        facilitator.answer(incomplete, until=lambda me: RECEIPT.search(me.text))
    assert facilitator.status == 422
    assert facilitator.page.locator("[name='provenance.statedBy'][aria-invalid=true]").count() == 1
    assert facilitator.page.locator("[name='provenance.relation']").input_value() == "elder"


def test_before_triage_a_stranger_learns_only_that_it_was_received(stated, node, visitors):
    stranger = visitors(node).go(f"/needs/{stated.code}")
    assert stranger.status == 200
    for private in ("bomba", "pozo", "Dolores", "Pozo de Arriba"):
        assert private not in stranger.html


@pytest.mark.parametrize("private", ["+51 999 555 123", "dolores@example.org", "https://example.org/pozo"])
def test_a_summary_with_contact_details_is_refused_and_kept_in_the_field(stated, private):
    triage(stated, stated.code, f"{SUMMARY} Call {private}.")
    assert stated.status == 422
    assert private in stated.page.locator("[name=summary]").input_value()


def test_after_triage_a_stranger_reads_the_summary_and_nothing_else(stated, node, visitors):
    triage(stated, stated.code, SUMMARY)
    stranger = visitors(node).go(f"/needs/{stated.code}")
    assert SUMMARY in stranger.text
    for private in ("bomba", "Dolores", stated.receipt):
        assert private not in stranger.html
    stranger.go("/needs")
    assert SUMMARY in stranger.text


def test_closes_it_with_a_reason_and_takes_it_up_again(facilitator, node):
    code = node.state(WORDS)["code"]
    asked = lambda: node.server.ask(f"/api/v1/needs/{code}", token=node.tokens["facilitator"]).json  # noqa: E731
    facilitator.go(f"/desk/{code}")
    closing = facilitator.page.locator("details:has(form[action$='/closure'])")
    closing.locator("summary").click()
    form = facilitator.form("closure")
    facilitator.fill(form, {"closure": "outOfScope"})
    facilitator.send(form)
    assert (asked()["state"], asked()["closure"]) == ("closed", "outOfScope")
    facilitator.send(facilitator.page.locator("form[action$='/reopening']").first)
    assert asked()["state"] == "triaged"


def test_signing_out_ends_the_session(node, visitors):
    visitor = visitors(node)
    person = node.person("moderator")
    visitor.sign_in(person)
    cookies = visitor.page.context.cookies()
    visitor.send(visitor.page.locator("form[action='/sign-out']").first)
    again = visitors(node)
    again.page.context.add_cookies(cookies)
    assert again.go("/me").path == "/sign-in"
    person.cookies = None


def test_a_wrong_passphrase_and_an_unknown_name_answer_alike(node, visitors):
    person = node.person("facilitator")
    said = []
    for handle in (person.handle, "nobody-of-this-name"):
        visitor = visitors(node).go("/sign-in")
        form = visitor.form("handle", "passphrase")
        visitor.fill(form, {"handle": handle, "passphrase": "three white goats by the sea"})
        visitor.send(form)
        assert visitor.status == 422
        said.append(visitor.page.inner_text("main").replace(handle, ""))
    assert said[0] == said[1]
