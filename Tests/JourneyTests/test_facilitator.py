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


@pytest.fixture
def stated(facilitator):
    facilitator.code, facilitator.receipt = facilitator.state_need(**ANSWERS)
    return facilitator


def triage(facilitator, code, summary):
    """Opens the need from the desk and publishes the summary."""
    facilitator.go("/desk").follow(re.escape(f"/desk/{code}"))
    form = facilitator.form("summary")
    facilitator.fill(form, {"summary": summary})
    return facilitator.send(form)


def test_the_slip_has_what_the_group_needs_and_prints(stated):
    stated.page.emulate_media(media="print")
    assert CODE.search(stated.text)[0] == stated.code
    assert RECEIPT.search(stated.text)[0] == stated.receipt
    assert not stated.page.locator("nav").first.is_visible()


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


def test_after_triage_a_stranger_reads_the_summary_and_nothing_else(stated, node, visitors):
    triage(stated, stated.code, SUMMARY)
    stranger = visitors(node).go(f"/needs/{stated.code}")
    assert SUMMARY in stranger.text
    for private in ("bomba", "Dolores", stated.receipt):
        assert private not in stranger.html
    stranger.go("/needs")
    assert SUMMARY in stranger.text


@pytest.mark.parametrize("private", ["+51 999 555 123", "dolores@example.org", "https://example.org/pozo"])
def test_a_summary_with_contact_details_is_refused_and_kept_in_the_field(stated, private):
    triage(stated, stated.code, f"{SUMMARY} Call {private}.")
    assert stated.status == 422
    assert private in stated.page.locator("[name=summary]").input_value()
