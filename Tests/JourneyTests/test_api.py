"""The same errands through the API alone, as issue trackers, telephone gateways and other programs do them."""
import secrets

import pytest

from node import need
from visitor import CODE, RECEIPT

WORDS = "Nuestras promotoras de salud necesitan hacer encuestas sin conexión y enviarlas cuando hay señal."


def post(node, body, key=None, token="facilitator"):
    return node.server.ask("/api/v1/needs", "POST", body=body, token=node.tokens.get(token), key=key or secrets.token_hex(16))


def test_a_need_is_stated_and_answered_with_code_receipt_and_tools(node):
    got = post(node, need(WORDS, constraints=["offline"]))
    assert got.status == 201
    assert CODE.fullmatch(got.json["code"]) and RECEIPT.fullmatch(got.json["receipt"])
    names = [tool["name"] for tool in got.json["prescription"]["tools"]]
    assert "Field Form" in names
    for tool in got.json["prescription"]["tools"]:
        assert tool["reason"] and tool["firstStep"]


def test_the_same_key_and_body_give_the_same_answer(node):
    key, body = secrets.token_hex(16), need(WORDS)
    first, second = post(node, body, key), post(node, body, key)
    assert (second.status, second.json) == (201, first.json)


def test_the_same_key_with_another_body_is_refused(node):
    key = secrets.token_hex(16)
    assert post(node, need(WORDS), key).status == 201
    refused = post(node, need(WORDS + " Y más."), key)
    assert (refused.status, refused.header("content-type")) == (422, "application/problem+json")


def test_a_facilitator_must_say_who_stated_it(node):
    body = need(WORDS)
    del body["provenance"]
    assert post(node, body).status == 422


def test_an_unknown_token_is_refused(node):
    got = node.server.ask("/api/v1/needs", "POST", body=need(WORDS), token="no-such-token", key=secrets.token_hex(16))
    assert got.status == 401


def test_the_list_is_paged_without_gap_or_repeat(node):
    codes = [node.state(f"{WORDS} {number}")["code"] for number in range(7)]
    listed = [item["code"] for item in node.server.pages_of("/api/v1/needs", token=node.tokens["facilitator"], limit=3)]
    assert sorted(code for code in listed if code in codes) == sorted(codes)
    assert len(listed) == len(set(listed))


def test_words_are_read_by_a_token_in_scope_and_not_by_a_stranger(node):
    code = node.state(WORDS)["code"]
    assert node.server.ask(f"/api/v1/needs/{code}", token=node.tokens["facilitator"]).json["words"] == WORDS
    assert WORDS not in node.server.ask(f"/api/v1/needs/{code}").text


def test_after_triage_everybody_reads_the_summary_and_nobody_the_words(node):
    token, code = node.tokens["facilitator"], node.state(WORDS, public=True)["code"]
    summary = "Health promoters want to fill in surveys without a connection and send them later."
    version = node.server.ask(f"/api/v1/needs/{code}", token=token).json["version"]
    body = {"version": version, "summary": summary, "summaryLanguage": "en", "state": "open"}
    assert node.server.ask(f"/api/v1/needs/{code}", "PATCH", body=body, token=token).status == 200
    listed = next(item for item in node.server.pages_of("/api/v1/needs") if item["code"] == code)
    assert (listed["summary"], listed["state"]) == (summary, "open")
    assert "words" not in listed


def test_a_stale_version_is_refused(node):
    token, code = node.tokens["facilitator"], node.state(WORDS)["code"]
    body = {"version": 0, "summary": "Surveys without a connection.", "summaryLanguage": "en", "state": "open"}
    assert node.server.ask(f"/api/v1/needs/{code}", "PATCH", body=body, token=token).status == 409


@pytest.mark.parametrize("name, body", [
    ("empty words", need("   ")),
    ("too many words", need("x" * 4001)),
    ("a NUL in the words", need("uno\x00dos")),
    ("an unknown language", need(WORDS, language="xx-nonsense")),
    ("an unknown country", need(WORDS, country="QQ")),
    ("an unknown constraint", need(WORDS, constraints=["on the moon"])),
    ("not an object", b"[1, 2, 3]"),
    ("not JSON", b"{words:"),
    ("not UTF-8", b'{"words": "\xff\xfe"}'),
    ("a huge number", b'{"words": 1e999999}'),
    ("deep nesting", b"[" * 50_000),
])
def test_bad_input_gets_a_clear_refusal(node, name, body):
    headers = {"Content-Type": "application/json"}
    got = node.server.ask("/api/v1/needs", "POST", headers=headers, body=body, token=node.tokens["facilitator"], key=secrets.token_hex(16))
    assert got.status in (400, 413, 422), f"{name}: {got.status} {got.text[:300]}"
    assert got.header("content-type") == "application/problem+json"
    assert got.json["title"] and got.json["status"] == got.status
