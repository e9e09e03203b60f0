"""A coordinator without an account, a cheap phone, no JavaScript: states a need in Spanish, reads what is prescribed, comes back, corrects, withdraws."""
from dataclasses import dataclass

import pytest

from codes import is_well_formed
from visitor import CODE, RECEIPT

WORDS = "Somos una cooperativa de semillas y no sabemos quién debe cuánto: llevamos las cuentas en papel y la mitad se pierde."
ANSWERS = {"words": WORDS, "language": "es", "name": "Cooperativa Las Amapolas", "kind": "cooperative", "country": "CL",
           "connectivity": "smartphone", "constraints": ["offline"], "reachAt": "+56 9 5550 1234", "showPublicly": True}


@dataclass
class Stated:
    """What the coordinator has in hand and has seen when the need is stated."""

    visitor: object
    code: str
    receipt: str
    slip: str


@pytest.fixture(scope="module")
def stated(node, lasting_visitors):
    visitor = lasting_visitors(node, "es-CL")
    code, receipt = visitor.state_need(**ANSWERS)
    return Stated(visitor, code, receipt, visitor.text)


def test_states_a_need_and_is_given_code_receipt_and_prescription(stated):
    assert is_well_formed(stated.code)
    assert stated.visitor.path == f"/needs/{stated.code}/slip"
    assert stated.visitor.page.locator("html").get_attribute("lang") == "es"
    assert WORDS in stated.slip
    # A shelf of six tools, of which two keep accounts: something must come, and name one.
    assert "Cuenta Clara" in stated.slip or "Seed Ledger" in stated.slip


def test_the_receipt_is_in_no_address(stated):
    for address in [*stated.visitor.visited, *stated.visitor.links()]:
        assert stated.receipt not in address and stated.receipt.replace("-", "") not in address.replace("-", "")


def test_a_wrong_receipt_and_a_wrong_code_answer_alike(stated, node, visitors):
    wrong = stated.receipt[:-1] + ("0" if stated.receipt[-1] != "0" else "1")
    answers = []
    for code, receipt in ((stated.code, wrong), ("N-0000-0000", stated.receipt)):
        visitor = visitors(node, "es-CL").come_back(code, receipt)
        assert WORDS not in visitor.text
        answers.append((visitor.status, visitor.path, visitor.page.inner_text("main")))
    assert answers[0] == answers[1]


def test_comes_back_with_the_receipt_as_typed_from_paper_and_corrects_it(stated, node, visitors):
    later = visitors(node, "es-CL").come_back(stated.code.lower(), stated.receipt.lower().replace("-", " "))
    assert stated.code in later.text and WORDS in later.text
    corrected = WORDS + " Somos doce familias."
    later.follow(r"/correction$")
    form = later.form("words", "version")
    later.fill(form, {"words": corrected})
    later.send(form)
    assert later.path == f"/needs/{stated.code}"
    # On another telephone: what is kept counts, not what this page shows.
    assert corrected in visitors(node, "es-CL").come_back(stated.code, stated.receipt).text


def test_a_correction_of_a_stale_page_is_refused_and_keeps_what_was_typed(stated, node, visitors):
    one, other = visitors(node, "es-CL"), visitors(node, "es-CL")
    for visitor in (one, other):
        visitor.come_back(stated.code, stated.receipt).follow(r"/correction$")
    for visitor, words in ((one, WORDS + " Uno."), (other, WORDS + " Otra.")):
        form = visitor.form("words", "version")
        visitor.fill(form, {"words": words})
        visitor.send(form)
    assert other.status == 409
    assert other.page.locator("[name=words]").input_value() == WORDS + " Otra."


def test_says_no_to_showing_it_and_is_hidden_from_strangers(stated, node, visitors):
    owner = visitors(node, "es-CL").come_back(stated.code, stated.receipt)
    stranger = visitors(node, "es-CL")
    for status in (404, 200):  # no, then yes again
        owner.send(owner.page.locator("form[action$='/consent']").first)
        assert owner.path == f"/needs/{stated.code}"
        assert stranger.go(f"/needs/{stated.code}").status == status


def test_the_need_can_be_forgotten_on_a_shared_phone(stated, node, visitors):
    phone = visitors(node, "es-CL").come_back(stated.code, stated.receipt)
    phone.send(phone.page.locator("form[action$='/forget']").first)
    assert not RECEIPT.search(phone.text)
    phone.go(f"/needs/{stated.code}")
    assert WORDS not in phone.text
    assert phone.go(f"/needs/{stated.code}/slip").status == 404


def test_the_code_may_be_typed_as_it_is_read_aloud(stated, node, visitors):
    spoken = stated.code.lower().replace("-", "").replace("0", "o").replace("1", "l")
    stranger = visitors(node).go(f"/needs/{spoken}")
    assert stranger.status == 200
    assert CODE.search(stranger.text)[0] == stated.code


def test_a_new_receipt_ends_the_old_one(node, visitors):
    stated = node.state(WORDS)
    owner = visitors(node).come_back(stated["code"], stated["receipt"]).follow(r"/slip$")
    owner.send(owner.page.locator("form[action$='/receipt-renewal']").first)
    renewed = RECEIPT.search(owner.text)[0]
    assert renewed != stated["receipt"]
    assert WORDS not in visitors(node).come_back(stated["code"], stated["receipt"]).text
    assert WORDS in visitors(node).come_back(stated["code"], renewed).text


def test_withdraws_and_is_gone_for_strangers(node, visitors):
    stated = node.state(WORDS, public=True)
    node.triage(stated["code"], "A cooperative wants to keep its accounts.")
    assert visitors(node).go(f"/needs/{stated['code']}").status == 200
    owner = visitors(node, "es-CL").come_back(stated["code"], stated["receipt"]).follow(r"/withdrawal$")
    owner.send(owner.page.locator("main form[action$='/withdrawal']").first)
    assert WORDS not in owner.text
    assert visitors(node, "es-CL").go(f"/needs/{stated['code']}").status == 404
    assert stated["code"] not in visitors(node).go("/needs").text
