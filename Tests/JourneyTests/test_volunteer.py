"""A need finds a person: fits, offer, answer, talk with a file, outcome, story; without JavaScript, in every language of the site, on both engines."""
import json
import re

import pytest

# What the group wants, and what another group says that wants the like: another thing in each language, because three stories are prescribed at most.
WISHES = {
    "en": ("to sell its cloth through a small website", "We want a website to sell our work."),
    "es": ("a map of its wells", "We want to draw a map of the wells around us."),
    "fr": ("to make a radio programme", "We want to make a radio programme for our valley."),
    "ar": ("to keep its accounts in a spreadsheet", "We want to keep our accounts in a spreadsheet."),
}


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
def test_from_a_need_to_a_story(node, visitors, language):
    wish, alike = WISHES[language]
    summary = f"A cooperative of weavers wants {wish}."
    told = f"A cooperative of weavers wanted {wish}. A volunteer came on two weekends, and now the group does it alone."
    stated = node.state("Tejemos telas y nadie nos conoce: queremos vender en una página web.", public=True)
    code = stated["code"]
    node.triage(code, summary)

    volunteer = visitors(node, language).sign_in(node.person("volunteer"))
    volunteer.go("/volunteer")
    if volunteer.path == "/volunteer/profile":
        form = volunteer.form("skills", "hoursAWeek")
        for heading in volunteer.page.locator("#skills summary").all():
            heading.click()
        volunteer.fill(form, {"skills": ["skill.website-building", "skill.mapping", "skill.radio", "skill.accounting"], "languages": ["es", "en"], "hoursAWeek": "3", "ageBand": "adult"})
        volunteer.send(form)
    assert volunteer.path == "/volunteer"
    assert volunteer.page.locator("html").get_attribute("lang") == language
    assert summary in volunteer.text and code in volunteer.text

    volunteer.follow(rf"/needs/{code}/offer$")
    form = volunteer.form("words", "part")
    volunteer.fill(form, {"words": "I build small shops on weekends."})
    volunteer.send(form)
    offer = volunteer.path
    assert re.fullmatch(rf"/needs/{code}/offers/[-0-9a-f]+", offer)
    assert "Tejemos" not in volunteer.text

    group = visitors(node, language).come_back(code, stated["receipt"])
    group.go(f"/needs/{code}").follow(offer + "$")
    assert "I build small shops on weekends." in group.text
    group.send(group.form("seeksMore"))
    volunteer.go(offer)
    volunteer.page.locator("details").first.evaluate("element => element.open = true")
    assert "Tejemos" in volunteer.html

    form = volunteer.form("words", "file")
    volunteer.fill(form, {"words": "Here is the first list."})
    form.locator("[name=file]").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": b"cloth,price\nred,3\n"})
    volunteer.send(form)
    assert volunteer.status == 200 and "list.csv" in volunteer.text
    group.go(offer)
    assert "Here is the first list." in group.text
    link = group.page.locator("a[href*='/files/']").get_attribute("href")
    got = group.page.request.get(link)
    assert got.body() == b"cloth,price\nred,3\n" and got.headers["content-disposition"].startswith("attachment")

    form = volunteer.form("hours")
    volunteer.fill(form, {"hours": "6"})
    volunteer.send(form)
    # The facilitator tells the story with the group.
    facilitator = visitors(node, language).sign_in(node.person("facilitator"))
    facilitator.go(offer)
    facilitator.page.locator("details:has([name=change])").evaluate("element => element.open = true")
    form = facilitator.form("change", "story")
    facilitator.fill(form, {"change": "Orders come from two cities.", "mayBePublished": True, "story": told})
    facilitator.send(form)
    assert facilitator.status == 200

    stranger = visitors(node, language).go(f"/needs/{code}")
    assert told in stranger.text and "Test volunteer" not in stranger.html
    volunteer.go(offer).follow(r"^/records/")
    assert "6" in volunteer.page.inner_text("main") or "٦" in volunteer.page.inner_text("main")

    like = node.state(alike, language="en")
    solved = node.server.ask(f"/api/v1/needs/{like['code']}", token=node.tokens["facilitator"]).json["prescription"].get("solved", [])
    assert f"/needs/{code}" in [item["path"] for item in solved]


def test_strangers_learn_nothing_of_those_who_could_help(node, visitors):
    """What many needs show before anybody has offered holds no name and no id of a volunteer."""
    visitor = visitors(node).sign_in(node.person("volunteer"))
    visitor.go("/volunteer/profile")
    lines = [line for line in node.place.run("export", "volunteers", "--format", "jsonl").splitlines() if line.startswith("{")]
    known = [json.loads(line) for line in lines]
    for number in range(5):
        stated = node.state(f"We need a website and a list of our members, number {number}.", public=True)
        token = node.tokens["facilitator"]
        answer = node.server.ask(f"/api/v1/needs/{stated['code']}", token=token).text
        owner = visitors(node).come_back(stated["code"], stated["receipt"])
        for one in known:
            for text in (answer, owner.go(f"/needs/{stated['code']}").html):
                assert one["id"] not in text and one["name"] not in text
