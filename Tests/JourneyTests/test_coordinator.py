"""A coordinator without an account, a cheap phone, no JavaScript: states a need in Spanish, reads what is prescribed, comes back, corrects, withdraws."""
import pytest

from codes import is_well_formed
from visitor import CODE, RECEIPT

WORDS = "Somos una cooperativa de semillas y no sabemos quién debe cuánto: llevamos las cuentas en papel y la mitad se pierde."
ANSWERS = {"words": WORDS, "language": "es", "name": "Cooperativa Las Amapolas", "country": "CL", "connectivity": "smartphone",
           "constraints": ["offline"], "showPublicly": True}


@pytest.fixture
def stated(node, visitors):
    coordinator = visitors(node, "es-CL")
    coordinator.code, coordinator.receipt = coordinator.state_need(**ANSWERS)
    return coordinator


def test_states_a_need_and_is_given_code_receipt_and_prescription(stated):
    assert is_well_formed(stated.code)
    assert stated.page.locator("html").get_attribute("lang") == "es"
    # A shelf of six tools, of which two keep accounts: something must come, and name one.
    stated.go(f"/needs/{stated.code}")
    assert "Cuenta Clara" in stated.text or "Seed Ledger" in stated.text


def test_the_receipt_is_in_no_address(stated):
    for address in [*stated.visited, *stated.links()]:
        assert stated.receipt not in address and stated.receipt.replace("-", "") not in address.replace("-", "")


def test_comes_back_with_the_receipt_and_sees_the_words(stated, node, visitors):
    later = visitors(node, "es-CL").come_back(stated.code, stated.receipt)
    assert stated.code in later.text
    assert WORDS in later.text


def test_corrects_what_was_said(stated, node, visitors):
    later = visitors(node, "es-CL").come_back(stated.code, stated.receipt)
    corrected = WORDS + " Somos doce familias."
    later.follow(r"/correction$")
    form = later.form("words")
    later.fill(form, {"words": corrected})
    later.send(form)
    later.come_back(stated.code, stated.receipt)
    assert corrected in later.text


def test_withdraws_and_is_gone_for_strangers(stated, node, visitors):
    later = visitors(node, "es-CL").come_back(stated.code, stated.receipt)
    later.follow(r"/withdrawal$")
    later.send(later.page.locator("main form[action$='/withdrawal']").first)
    stranger = visitors(node, "es-CL").go(f"/needs/{stated.code}")
    assert stranger.status == 404


def test_the_need_can_be_forgotten_on_a_shared_phone(stated):
    stated.go(f"/needs/{stated.code}")
    assert WORDS in stated.text
    stated.send(stated.page.locator("form[action$='/forget']").first)
    assert not RECEIPT.search(stated.text)
    stated.go(f"/needs/{stated.code}")
    assert WORDS not in stated.text


def test_the_code_may_be_typed_as_it_is_read_aloud(stated, node, visitors):
    spoken = stated.code.lower().replace("-", "").replace("0", "o").replace("1", "l")
    stranger = visitors(node).go(f"/needs/{spoken}")
    assert stranger.status == 200
    assert CODE.search(stranger.text)[0] == stated.code
