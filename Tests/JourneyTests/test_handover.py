"""Two laptops that were in villages without a network come home: what twelve groups said arrives once, their paper opens it, and answers go back."""
import contextlib
import os
import re

import pytest

from conftest import running
from visitor import CODE, RECEIPT

# What a facilitator says once for all six groups of a day, and what she then types for each of them.
DAY = {
    "country": "TD", "provenance.statedBy": "Mariam Saleh", "provenance.relation": "elder", "provenance.how": "in person",
    "provenance.consent": "spoken", "connectivity": "none",
}
WORDS = {
    "en": [
        "We lose count of who has paid into the savings box, and then we quarrel.", "Nobody knows which of our wells are broken.",
        "We want to tell all members by text message when the meeting is on another day.", "We want to write down our members without paper.",
        "The women want to learn to read in the evenings.", "We lend seed and forget who has given back how much.",
    ],
    "ar": [
        "نفقد حساب ما دفعته كل عضوة في صندوق الادخار فنتخاصم.", "لا أحد يعرف أي الآبار معطلة.",
        "نريد أن نخبر جميع الأعضاء برسالة قصيرة عندما يتغير يوم الاجتماع.", "نريد أن نسجل أعضاءنا من دون ورق.",
        "تريد النساء أن يتعلمن القراءة في المساء.", "نقرض البذور وننسى من أعاد وكم أعاد.",
    ],
}
GROUP = {"en": "Group {number} of the {village} village", "ar": "مجموعة {number} من قرية {village}"}
VILLAGES = {"en": ("upper", "lower"), "ar": ("الوادي", "التل")}
# What a group reads on its sheet of news.
OPENED = {"en": "Somebody has read {code}. Now people can offer to help.", "ar": "قرأ شخصٌ {code}. الآن يمكن للناس أن يعرضوا المساعدة."}
CLOSED = {"en": "Your need {code} was closed.", "ar": "أُغلق احتياجكم {code}."}
REASON = {"en": "Solved with a tool that exists", "ar": "حُلّ بأداة موجودة"}
TOLD_ALL = {"en": "I have told all of them", "ar": "أخبرتُهم جميعًا"}
DAMAGED = ("civil: The handover {path} is damaged: it was changed or cut short on its way. Nothing was taken. Copy it again, or write it again on the "
           "other machine: it holds the same records again.")


@pytest.fixture(scope="module")
def laptops():
    """Two computers without a network, each with a database and keys of its own."""
    with contextlib.contextmanager(running)("sqlite") as first, contextlib.contextmanager(running)("sqlite") as second:
        yield first, second


@pytest.fixture(params=[("sqlite", "en"), ("postgresql", "ar")], ids="-".join)
def home(request):
    """A new node to which they come back, and the language that is spoken at it."""
    engine, language = request.param
    database = "sqlite" if engine == "sqlite" else os.environ["CIVIL_TEST_POSTGRESQL"]
    with contextlib.contextmanager(running)(database) as node:
        node.language, node.address = language, node.place.run("handover", "address").strip()
        yield node


class Slip:
    """The paper that a group holds."""

    def __init__(self, group, words, text):
        self.group, self.words = group, words
        self.code, self.receipt = CODE.search(text)[0], RECEIPT.search(text)[0]


def write_down_six(laptop, visitors, language, village):
    """A facilitator's day in a village: six groups in a row, and a slip for each, printed in the evening."""
    facilitator = visitors(laptop, language).sign_in(laptop.person("facilitator"))
    facilitator.go("/desk").follow("^/desk/notebook$")
    form = facilitator.form("country", "provenance.statedBy")
    facilitator.fill(form, {**DAY, "language": language})
    facilitator.send(form)
    groups = [(GROUP[language].format(number=number + 1, village=village), words) for number, words in enumerate(WORDS[language])]
    for name, words in groups:
        form = facilitator.form("name", "words")
        facilitator.fill(form, {"name": name, "words": words, "showPublicly": True})
        facilitator.press_enter(form, "name")
        assert facilitator.status == 200, facilitator.text[:800]
    facilitator.follow(r"^/desk/slips\?")
    facilitator.page.emulate_media(media="print")
    sheets = facilitator.page.locator("main section").all()
    slips = [Slip(name, words, next(text for text in (one.inner_text() for one in sheets) if name in text)) for name, words in groups]
    assert len(sheets) == len({slip.code for slip in slips}) == len({slip.receipt for slip in slips}) == 6
    return slips


def hand_over(laptop, home, village):
    """The file on the stick: written on the laptop for the address that came from the home node."""
    path = os.path.join(laptop.place.folder, f"{village}-{home.place.engine}-{home.language}.handover")
    printed = laptop.place.run("export", "handover", "--to", home.address, path)
    assert "6 organizations, 6 needs." in printed
    return path


def take(home, path, **counts):
    """Takes the file in and returns the receipt that the laptop is told."""
    printed = home.place.run("import", "handover", path)
    for kind in ("organizations", "needs"):
        line = next(line for line in printed.splitlines() if line.startswith(kind + ":"))
        expected = {"read": 6, "new": 0, "known already": 0, "changed": 0, "conflicts": 0, "bad": 0, **counts}
        assert line == f"{kind}: " + ", ".join(f"{count} {name}" for name, count in expected.items())
    return RECEIPT.search(printed)[0]


def groups_at(home, visitors):
    """The names of all groups on the desk of the home node, and how many needs each of them has."""
    facilitator = visitors(home, "en").sign_in(home.person("facilitator"))
    facilitator.go("/desk/organizations?which=all")
    cards = [card.inner_text() for card in facilitator.page.locator("main li:has(h2)").all()]
    return sorted((card.splitlines()[0], re.search(r"(\d+) needs?\b", card)[1]) for card in cards)


def open_all(slips, home, visitors):
    """At a telephone in the village, each group types what stands on its paper, and reads its own words again."""
    telephone = visitors(home, home.language)
    for slip in slips:
        telephone.come_back(slip.code, slip.receipt)
        assert telephone.path == f"/needs/{slip.code}"
        assert slip.words in telephone.text, f"{slip.code} {slip.receipt} opens:\n{telephone.text[:600]}"


def answer(facilitator, code, fill, *fields):
    """Does something with a need on the desk."""
    facilitator.go(f"/desk/{code}")
    for folded in facilitator.page.locator("main details").all():
        folded.evaluate("element => element.open = true")
    form = facilitator.form(*fields)
    facilitator.fill(form, fill)
    facilitator.send(form)
    assert facilitator.status == 200, facilitator.text[:800]


def test_what_twelve_groups_said_comes_home_once_and_answers_go_back(laptops, home, visitors):
    language, villages = home.language, VILLAGES[home.language]
    slips, files = [], []
    for laptop, village in zip(laptops, villages):
        slips.append(write_down_six(laptop, visitors, language, village))
        files.append(hand_over(laptop, home, village))
    first, second = (0, 1) if language == "en" else (1, 0)

    # A stick that was pulled out too early.
    half = files[first] + ".half"
    with open(files[first], "rb") as whole, open(half, "wb") as cut:
        cut.write(whole.read()[:os.path.getsize(files[first]) // 2])
    assert home.place.refused("import", "handover", half) == (1, DAMAGED.format(path=half))
    assert groups_at(home, visitors) == []

    receipts = {number: take(home, files[number], new=6) for number in (first, second)}
    twelve = sorted((slip.group, "1") for day in slips for slip in day)
    assert groups_at(home, visitors) == twelve
    open_all(slips[0] + slips[1], home, visitors)
    for number in (second, first):
        assert take(home, files[number], **{"known already": 6}) == receipts[number]
    assert groups_at(home, visitors) == twelve
    open_all(slips[0] + slips[1], home, visitors)

    # The laptops hear that everything has arrived, and have nothing more to hand over.
    for number, laptop in enumerate(laptops):
        assert "12 records have arrived" in laptop.place.run("handover", "confirm", receipts[number])

    # At home somebody reads them: one is opened for help, for the other there is a tool already.
    facilitator = visitors(home, language).sign_in(home.person("facilitator"))
    opened, closed = slips[0][0], slips[1][1]
    answer(facilitator, opened.code, {"summary": "A savings group wants to keep its accounts."}, "summary")
    answer(facilitator, closed.code, {"closure": "solvedByTool"}, "closure")

    # And the answers go back on paper, a sheet a group.
    facilitator.go("/desk").follow("^/desk/news$")
    form = facilitator.form("which", "everyone")
    facilitator.fill(form, {"which": "withoutLine"})
    facilitator.send(form)
    facilitator.page.emulate_media(media="print")
    sheets = facilitator.page.locator("main section").all()
    assert len(sheets) == 2
    said = {opened: [OPENED[language]], closed: [CLOSED[language], REASON[language]]}
    for slip, sentences in said.items():
        sheet = next(one for one in sheets if slip.group in one.inner_text())
        assert (sheet.get_attribute("lang"), sheet.get_attribute("dir")) == (language, "rtl" if language == "ar" else "ltr")
        assert set(CODE.findall(sheet.inner_text())) == {slip.code}
        assert slip.words in sheet.inner_text()
        for sentence in sentences:
            assert sentence.format(code=slip.code) in sheet.inner_text()
    for left_out in ("header nav", "footer", "main button"):
        for one in facilitator.page.locator(left_out).all():
            assert not one.is_visible(), left_out

    # She has read them out. Then they are groups that she knows, and nothing is new for them.
    facilitator.page.emulate_media(media="screen")
    facilitator.send(facilitator.form("heldAt"), button=TOLD_ALL[language])
    facilitator.go("/desk/news")
    assert facilitator.page.locator("main section").count() == 0
    assert opened.group in facilitator.text and closed.group in facilitator.text
