"""A person at a browser. Finds things as a person does, by label, by what a field is for, by where a link leads; never by position or class."""
import re
from urllib.parse import urlsplit

from node import one_time_code

# The alphabet of codes and receipts is Crockford's: no I, L, O or U.
SIGN = "[0-9A-HJKMNP-TV-Z]"
CODE = re.compile(rf"\bN-{SIGN}{{4}}-{SIGN}{{4}}\b")
RECEIPT = re.compile(rf"(?<![-0-9A-Z]){SIGN}{{4}}-{SIGN}{{4}}-{SIGN}{{4}}-{SIGN}{{4}}(?![-0-9A-Z])")
SCREENS = 15  # more questions than this, and the way in is too long


class Visitor:
    def __init__(self, page, node):
        self.page, self.node = page, node
        self.status = None
        self.visited = []  # every address the browser asked for
        page.on("request", lambda request: self.visited.append(request.url))

    # Where am I, what do I see?

    @property
    def path(self):
        return urlsplit(self.page.url).path

    @property
    def text(self):
        return self.page.inner_text("body")

    @property
    def html(self):
        return self.page.content()

    def links(self):
        """The addresses on this page that lead to pages of this site, without fragments."""
        here = self.node.server.url
        found = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        return sorted({link.split("#")[0].removeprefix(here) or "/" for link in found if link.startswith(here)})

    # What I do.

    def go(self, path):
        self.status = self.page.goto(path, wait_until="load").status
        return self

    def follow(self, pattern):
        """Follows the first link whose path matches."""
        path = next((link for link in self.links() if re.search(pattern, link)), None)
        assert path, f"no link like {pattern} on {self.path}; there are {self.links()}"
        return self.go(path)

    def form(self, *fields):
        """The form that has all these fields."""
        selector = "form" + "".join(f":has([name='{field}'])" for field in fields)
        form = self.page.locator(selector)
        assert form.count() > 0, f"no form with {fields} on {self.path}:\n{self.text[:800]}"
        return form.first

    def fill(self, form, answers):
        """Fills in those fields of the form that are among the answers. Returns their names."""
        filled = []
        for name, value in answers.items():
            fields = form.locator(f"[name='{name}']:not([type=hidden])")
            if fields.count() == 0:
                continue
            kind = fields.first.evaluate("field => field.localName === 'input' ? field.type : field.localName")
            if value is True:
                fields.first.check()
            elif kind in ("radio", "checkbox"):
                for one in value if isinstance(value, (list, tuple)) else [value]:
                    form.locator(f"[name='{name}'][value='{one}']").check()
            elif kind == "select":
                fields.first.select_option(value)
            else:
                fields.first.fill(value)
            filled.append(name)
        return filled

    def send(self, form, button=None):
        """Presses the form's button, as named by the words on it or the first, and waits for the page that comes."""
        if button:
            press = form.get_by_role("button", name=button).first
        else:
            press = form.locator("button[type=submit], button:not([type]), input[type=submit]").first
        return self._leave(press.click)

    def press_enter(self, form, field):
        """Sends the form from a line of it, without touching a button."""
        return self._leave(lambda: form.locator(f"[name='{field}']").press("Enter"))

    def _leave(self, press):
        with self.page.expect_response(lambda answer: answer.request.is_navigation_request() and not 300 <= answer.status < 400) as expected:
            press()
        self.status = expected.value.status
        self.page.wait_for_load_state("load")
        return self

    def answer(self, answers, until):
        """Answers screen after screen, as long as each asks something, until the address or the text matches."""
        used = set()
        for _ in range(SCREENS):
            if until(self):
                return self
            before = self.text
            form = self.page.locator("main form[method=post]").first
            assert form.count() > 0, f"nothing to answer on {self.path}:\n{before[:800]}"
            used.update(self.fill(form, answers))
            self.send(form)
            assert self.status < 400, f"{self.path} answered {self.status}:\n{self.text[:1200]}"
            assert self.text != before, f"no further than this screen:\n{before[:1200]}"
        raise AssertionError(f"after {SCREENS} screens still at {self.path}; answered {sorted(used)}")

    # Whole errands.

    def state_need(self, **answers):
        """States a need from the front page on. Returns its code and receipt as shown at the end."""
        self.go("/").follow(r"^/needs/new")
        self.answer(answers, until=lambda me: RECEIPT.search(me.text))
        code, receipt = CODE.search(self.text), RECEIPT.search(self.text)
        assert code, f"a receipt and no code:\n{self.text[:1200]}"
        return code[0], receipt[0]

    def come_back(self, code, receipt):
        """Enters what stands on the slip."""
        self.go("/receipt")
        form = self.form("code", "receipt")
        self.fill(form, {"code": code, "receipt": receipt})
        return self.send(form)

    def sign_in(self, person):
        """Signs in through the form the first time; later visitors get the cookies of that session, because a one-time code works only once."""
        if person.cookies:
            self.page.context.add_cookies(person.cookies)
        else:
            self._sign_in_by_form(person)
            person.cookies = self.page.context.cookies()
        self.go("/me")
        assert self.status == 200 and self.path == "/me", f"not signed in: {self.path} {self.status}\n{self.text[:600]}"
        return self

    def _sign_in_by_form(self, person):
        self.go("/sign-in")
        form = self.form("handle", "passphrase")
        self.fill(form, {"handle": person.handle, "passphrase": person.passphrase})
        self.send(form)
        again = self.page.locator("form:has([autocomplete='one-time-code'])")
        if again.count() > 0:
            if person.secret is None:  # staff are asked at once to set up one-time codes; the page shows the secret for them
                person.secret = self.page.locator("main code").first.inner_text().strip()
            again.first.locator("[autocomplete='one-time-code']").fill(one_time_code(person.secret))
            self.send(again.first)
