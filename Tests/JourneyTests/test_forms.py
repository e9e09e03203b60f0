"""Forms that are sent twice, late, from elsewhere, or with nonsense in them: a clear sentence, nothing doubled, nothing typed lost."""
import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest

from visitor import CODE, RECEIPT

WORDS = "Queremos un grupo de lectura para adultos y no tenemos con qué empezar."
ANSWERS = {"words": WORDS, "language": "es", "name": "Círculo de lectura", "country": "MX", "connectivity": "basicPhone"}


def last_form(visitor):
    """States a need; returns where the last form went and with what."""
    visitor.go("/needs/new")
    while True:
        form = visitor.page.locator("main form[method=post]").first
        visitor.fill(form, ANSWERS)
        sent = form.evaluate("form => [form.action, [...new FormData(form)]]")
        before = visitor.text
        visitor.send(form)
        if RECEIPT.search(visitor.text):
            return sent
        assert visitor.text != before, before[:800]


def send_again(visitor, sent, cookies=True, **changed):
    """The same form once more, as a browser sends it when somebody goes back and presses again."""
    address, pairs = sent
    parts = urlsplit(address)
    pairs = [(name, changed.get(name, value)) for name, value in pairs]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if cookies:
        headers["Cookie"] = "; ".join(f"{one['name']}={one['value']}" for one in visitor.page.context.cookies())
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("POST", parts.path, urlencode(pairs), headers)
    got = connection.getresponse()
    return got.status, got.getheader("location"), got.read().decode()


def test_a_form_sent_twice_states_one_need(node, visitors):
    visitor = visitors(node, "es")
    sent = last_form(visitor)
    code = CODE.search(visitor.text)[0]
    before = len(node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"]))
    status, location, body = send_again(visitor, sent)
    assert status in (200, 201, 303)
    assert code in (location or "") + body
    assert len(node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"])) == before


def test_a_form_changed_after_sending_says_so_and_keeps_it(node, visitors):
    visitor = visitors(node, "es")
    sent = last_form(visitor)
    code = CODE.search(visitor.text)[0]
    before = len(node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"]))
    status, _, body = send_again(visitor, sent, words=WORDS + " Somos más.")
    assert status in (409, 422)
    assert code in body and "Somos más." in body
    assert len(node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"])) == before


def test_a_form_from_another_site_is_refused(node, visitors):
    visitor = visitors(node, "es")
    sent = last_form(visitor)
    before = len(node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"]))
    status, _, _ = send_again(visitor, sent, cookies=False)
    assert status in (400, 403, 409, 422)
    assert len(node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"])) == before


@pytest.mark.parametrize("name, words", [("empty", "   "), ("too long", "ñ" * 4001)])
def test_what_was_typed_is_kept_and_the_error_stands_beside_the_field(node, visitors, name, words):
    visitor = visitors(node, "es").go("/needs/new")
    form = visitor.form("words")
    # The browser's own checks are helpful and can be missing: what counts is what the server says.
    form.evaluate("form => { form.noValidate = true; form.querySelectorAll('[maxlength]').forEach(field => field.removeAttribute('maxlength')) }")
    visitor.fill(form, {"words": words})
    visitor.send(form)
    assert visitor.status == 422
    field = visitor.page.locator("[name=words]")
    assert field.input_value().strip() == words.strip()
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    assert any(visitor.page.locator(f"[id='{one}']").inner_text().strip() for one in described)


def test_markup_is_shown_as_it_was_typed(node, visitors):
    visitor = visitors(node, "es", java_script_enabled=True)  # nothing of the page's, and nothing that was typed, may run
    alerts = []
    visitor.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    markup = "<script>alert(1)</script><img src=x onerror=alert(2)> \"><b>negrita</b> & ya"
    code, receipt = visitor.state_need(**{**ANSWERS, "words": f"{WORDS} {markup}"})
    visitor.come_back(code, receipt)
    assert markup in visitor.text
    assert alerts == []


def test_an_unknown_page_says_what_to_do_next(node, visitors):
    visitor = visitors(node, "es").go("/no-such-page")
    assert visitor.status == 404
    assert visitor.links()
    assert not re.search(r"Error|Exception|Optional\(|nil", visitor.text)
