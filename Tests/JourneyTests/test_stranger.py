"""What somebody learns and can do who has no account, or who knows a need's code, which names it and grants nothing."""
import re
import secrets

import pytest

from codes import absent_code, is_well_formed
from crawl import crawl, everything

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# What differs from one answer to the next whatever was asked for.
VOLATILE_HEADERS = {"date", "set-cookie", "x-request-id", "content-length", "etag"}
FORM_ID = re.compile(r'value="[\w+/=.-]{20,}"')


def operations(server):
    """(method, path, who may) for each operation of the OpenAPI document; "anyone" when it asks for no token."""
    document = server.ask("/api/v1/openapi.json").json
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method.upper() in METHODS:
                security = operation.get("security", document.get("security", []))
                yield method.upper(), path, "anyone" if not security or {} in security else "token"


def filled(path, code):
    """The path with a need's code, and an identifier that names nothing, for its other parameters."""
    path = re.sub(r"\{(code|need)\}", code, path)
    return re.sub(r"\{[^}]+\}", "00000000-0000-7000-8000-000000000000", path)


def comparable(answer, code):
    """An answer without what is volatile and without the code itself, so that two can be held against each other."""
    forms = {code, code.lower(), code.replace("-", ""), code.removeprefix("N-"), code.replace("-", "").lower()}
    body = answer.text
    for form in sorted(forms, key=len, reverse=True):
        body = body.replace(form, "CODE")
    headers = sorted((name, value.replace(code, "CODE")) for name, value in answer.headers if name not in VOLATILE_HEADERS)
    return answer.status, headers, FORM_ID.sub('value="…"', body)


@pytest.fixture(scope="module")
def hidden(node):
    """The code of a need whose organization did not say that anything of it may be shown."""
    return node.state("Una necesidad de la que nadie debe saber")["code"]


@pytest.fixture(scope="module")
def untriaged(node):
    return node.state("Una necesidad que todavía se está leyendo", public=True)["code"]


def need_addresses(node):
    """Every address that names a need: those of the API, and those of the pages on which its own people and facilitators work."""
    api = {path for _, path, _ in operations(node.server) if "{code}" in path or "{need}" in path}
    pages = {"/needs/{code}"}
    parts = ("correction", "withdrawal", "consent", "receipt-renewal", "slip", "receipt")
    parts += ("prescription", "prescription/{item}/judgement", "prescription/{item}/standing")
    desk = ("", "/assignment", "/closure", "/reopening", "/merge", "/split")
    pages |= {f"/needs/{{code}}/{part}" for part in parts} | {f"/desk/{{code}}{part}" for part in desk}
    return sorted(api | pages)


@pytest.mark.parametrize("method", METHODS)
def test_a_hidden_need_answers_as_one_that_does_not_exist(node, hidden, method):
    absent = absent_code()
    assert is_well_formed(hidden)
    for path in need_addresses(node):
        body = None if method in ("GET", "HEAD") else {}
        answers = [comparable(node.server.ask(filled(path, code), method, body=body), code) for code in (hidden, absent)]
        assert answers[0] == answers[1], f"{method} {path}"


@pytest.mark.parametrize("method", ("POST", "PUT", "PATCH", "DELETE"))
def test_with_the_code_alone_nothing_can_be_changed(node, untriaged, method):
    token = node.tokens["facilitator"]
    before = node.server.ask(f"/api/v1/needs/{untriaged}", token=token).json
    for path in need_addresses(node):
        got = node.server.ask(filled(path, untriaged), method, body={}, key=secrets.token_hex(16))
        assert 400 <= got.status < 500, f"{method} {path}: {got.status}"
        as_form = node.server.ask(filled(path, untriaged), method, headers={"Content-Type": "application/x-www-form-urlencoded"}, body="words=hola")
        assert 300 <= as_form.status < 500 and as_form.status != 304, f"{method} {path} as a form: {as_form.status}"
    assert node.server.ask(f"/api/v1/needs/{untriaged}", token=token).json == before


def test_every_operation_that_asks_for_a_token_refuses_without_one(node, untriaged):
    asked = 0
    for method, path, who in operations(node.server):
        if who == "anyone":
            continue
        asked += 1
        got = node.server.ask(filled(path, untriaged), method, body=None if method in ("GET", "HEAD") else {}, key=secrets.token_hex(16))
        assert got.status in (401, 403, 404), f"{method} {path}: {got.status} {got.text[:200]}"
    assert asked > 0


def test_no_request_of_a_stranger_breaks_the_server(node, untriaged):
    for path in {path for _, path, _ in operations(node.server)}:
        for method in METHODS:
            got = node.server.ask(filled(path, untriaged), method, body=None if method in ("GET", "HEAD") else b"\xff\x00{")
            assert got.status < 500, f"{method} {path}: {got.status}"


PRIVATE_PAGES = ("/desk", "/me", "/people", "/tools/moderation")


@pytest.mark.parametrize("path", PRIVATE_PAGES)
def test_private_pages_send_a_stranger_to_sign_in(node, path):
    got = node.server.ask(path)
    assert got.status in (302, 303) and got.header("location").startswith("/sign-in"), f"{got.status} {got.header('location')}"


def test_planted_words_numbers_and_addresses_are_in_no_answer(node):
    mark = secrets.token_hex(4)
    planted = [f"zanahoria{mark}", f"+56 9 5550 {mark[:4]}", f"canario-{mark}@example.org", f"Calle Canaria {mark}", f"Doña {mark.upper()}"]
    stated = node.state(f"Necesitamos ayuda con la huerta. {' '.join(planted)}", public=True)
    receipt = stated["receipt"]
    node.triage(stated["code"], "A group wants help with its garden.")  # now strangers see as much of it as they ever will
    start = ["/", "/needs", "/tools", "/needs/new", "/sign-in", "/vocabulary", f"/needs/{stated['code']}", "/journal/head", "/metrics",
             f"/needs/{stated['code']}.json", "/needs.csv", "/needs.atom", "/api/v1/openapi.json", "/api/v1/needs?limit=100",
             f"/api/v1/needs/{stated['code']}", "/api/v1/tools?limit=100", "/robots.txt", "/sitemap.xml"]
    start += [filled(path, stated["code"]) for method, path, _ in operations(node.server) if method == "GET"]
    answers = crawl(node.server, start)
    assert len(answers) >= len(start)
    for path, answer in answers.items():
        for secret in [*planted, receipt]:
            assert secret not in everything(answer), f"{secret} in {path}"
    with open(node.server.log, errors="replace") as log:
        logged = log.read()
    for secret in [*planted, receipt]:
        assert secret not in logged, f"{secret} in the server's log"


def test_searching_for_planted_words_finds_nothing(node):
    word = "zanahoria" + secrets.token_hex(4)
    code = node.state(f"Necesitamos {word}", public=True)["code"]
    node.triage(code, "A group wants help with its garden.")
    for path in (f"/needs?q={word}", f"/api/v1/needs?q={word}", f"/needs.csv?q={word}", f"/needs.atom?q={word}"):
        assert code not in node.server.ask(path).text, path
