"""What every journey starts from: a running copy of the product on each engine, people with accounts, and a browser without JavaScript.

Run with `make test`, or by hand while working on a page:

    scripts/with-postgresql env CIVIL_BINARY=.build/debug/civil .build-python/bin/python -m pytest Tests/JourneyTests -k coordinator
"""
import os
import secrets
import sys
from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))
from node import Place, Server, need  # noqa: E402
from visitor import Visitor  # noqa: E402

SHELF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Shelf", "tools.jsonl")


@dataclass
class Person:
    """Somebody with an account."""

    name: str
    handle: str
    passphrase: str
    secret: str | None = None  # of their one-time codes, in base 32, once they have set them up
    cookies: list | None = None  # of their first session


class Node:
    """A running copy with six tools on its shelf, tokens and staff."""

    def __init__(self, place, server):
        self.place, self.server = place, server
        self.tokens = {"facilitator": place.token("facilitator", "Journeys")}
        self._people = {}

    def person(self, role):
        """The person with that role, made when first asked for."""
        if role not in self._people:
            person = Person(f"Test {role}", f"test-{role}", "three brown goats " + secrets.token_hex(4))
            self.place.run("user", "create", "--role", role, "--name", person.name, "--handle", person.handle, "--passphrase-stdin",
                           typed=person.passphrase + "\n")
            self._people[role] = person
        return self._people[role]

    def state(self, words, public=False, **more):
        """A need stated through the API by the facilitator: the answer's JSON. `public`: the organization lets a summary be shown."""
        body = {**need(words, **more), "showPublicly": public}
        got = self.server.ask("/api/v1/needs", "POST", body=body, token=self.tokens["facilitator"], key=secrets.token_hex(16))
        assert got.status == 201, got.text
        return got.json

    def triage(self, code, summary):
        """Opens a need with a summary, through the API."""
        token = self.tokens["facilitator"]
        version = self.server.ask(f"/api/v1/needs/{code}", token=token).json["version"]
        body = {"version": version, "summary": summary, "summaryLanguage": "en", "state": "open"}
        got = self.server.ask(f"/api/v1/needs/{code}", "PATCH", body=body, token=token)
        assert got.status == 200, got.text
        return got.json


def running(database):
    place = Place(os.environ.get("CIVIL_BINARY", ".build/debug/civil"), database)
    server = Server(place)
    try:
        place.migrate()
        place.run("import", "tools", "--from", "dpg", SHELF)
        server.start()
        yield Node(place, server)
        assert server.stop() == 0, "exit code after SIGTERM:\n" + server.tail()
    finally:
        server.kill()
        place.remove()


@pytest.fixture(scope="session")
def sqlite_node():
    yield from running("sqlite")


@pytest.fixture(scope="session")
def postgresql_node():
    yield from running(os.environ.get("CIVIL_TEST_POSTGRESQL") or pytest.fail("CIVIL_TEST_POSTGRESQL is not set: run through scripts/with-postgresql"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def node(request):
    """Journeys that write run on both engines."""
    return request.getfixturevalue(request.param + "_node")


@pytest.fixture(scope="session")
def one_node(sqlite_node):
    """For what cannot differ from one engine to the other: how pages look and weigh."""
    return sqlite_node


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            # Chromium's own sandbox does not work for root, nor in a container; what it visits here is ours.
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"])
        yield browser
        browser.close()


@pytest.fixture
def visitors(browser):
    """visitors(node, language="en", …) → a new person at a new browser, JavaScript off."""
    yield from new_visitors(browser)


@pytest.fixture(scope="module")
def lasting_visitors(browser):
    """The same, for what several tests of a module look at."""
    yield from new_visitors(browser)


def new_visitors(browser):
    contexts = []

    def new(node, language="en", **options):
        options = {"java_script_enabled": False, "locale": language, "viewport": {"width": 360, "height": 640}, **options}
        context = browser.new_context(base_url=node.server.url, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Visitor(context.new_page(), node)

    yield new
    for context in contexts:
        context.close()
