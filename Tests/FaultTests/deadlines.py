#!/usr/bin/env python3
"""deadlines.py --civil BINARY --database URL [--rounds 6]: silence ends by itself and everybody hears of it once, although servers die.

Two servers share one PostgreSQL. Volunteers offer help, groups answer or do not, and somebody falls silent in nearly every story. In each round some
days pass at once: every date of offers and needs is moved back in the database, and so is the time at which deadlines are looked at next. At a random
moment after that, often in the middle of looking, one of the two servers is killed outright (SIGKILL) and started again, while people go on writing to
whichever answers. At last nobody does anything for weeks. Then:

- no offer hangs: none waits for an answer that can no longer come, or is worked on by people who are silent;
- every need that was solved, and every one that went back to those who look for something to do, has a word to its group, and its volunteer one too;
- nobody was told the same of the same thing twice, nor was anybody reminded who had nothing to say;
- `civil journal verify` finds nothing.

In the end these checks are checked: each must find a fault that is planted in the database for it.

Exit codes: 0 all of this, 1 not, 2 the test itself could not be carried out.
"""
import argparse
import http.client
import os
import random
import re
import sys
import threading
import time
import uuid
from urllib.parse import urlencode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))
from node import NodeError, Place, Server, need  # noqa: E402

DAY = 86_400_000  # milliseconds, in which the database counts
VOLUNTEERS = 4
STORIES = 8  # that begin in each round
MOST_DAYS = 6.5  # in one round: less than the week after which a group hears that nobody has offered, so that it hears that once
SILENT_WEEKS = 4  # in which servers are killed still; after that both live, for as long as the longest story can go on by itself
QUIET_WEEKS = 3

# What happens in a story before somebody falls silent, one step a round.
STORIES_TOLD = {
    "nobody offers": [],
    "nobody answers": ["offer"],
    "the volunteer falls silent": ["offer", "accept"],
    "the group falls silent": ["offer", "accept", "write"],
    "the group says no": ["offer", "decline"],
    "the volunteer takes it back": ["offer", "accept", "take back"],
    "it is done": ["offer", "accept", "work", "outcome"],
}

# Every date by which deadlines are kept. Versions rise, so that an act that has read the old dates does not write them back.
DATES = {
    "offers": ["answer_by", "due_at", "reminded_at", "accepted_at", "signed_at", "ended_at", "created_at"],
    "needs": ["opened_at", "created_at", "changed_at"],
    "quiet_needs": ["opened_at", "told_at"],
    "notices": ["created_at"],
}
NOW = "(extract(epoch FROM now()) * 1000)"
TENDING = "kind = 'volunteers.tend'"


class Village:
    """Two servers, the people who write to them, and the database in which time passes."""

    def __init__(self, place, chance):
        self.place, self.database, self.chance = place, place.postgresql, chance
        self.servers = [Server(place), Server(place)]
        self.stories, self.volunteers, self.refused = [], [], []

    def open(self):
        self.place.migrate()
        self.facilitator = self.place.token("facilitator", "Deadlines")
        for server in self.servers:
            server.start()
        self.volunteers = [volunteer(self.place, self.servers[0], number) for number in range(VOLUNTEERS)]

    def ask(self, path, method="POST", body=None, token=None, receipt=None):
        """Asks whichever server answers, again and again with one key, until one does."""
        key, headers = str(uuid.uuid4()), {"Civil-Receipt": receipt} if receipt else {}
        turn, end = self.chance.randrange(2), time.monotonic() + 60
        while time.monotonic() < end:
            turn = 1 - turn
            try:
                got = self.servers[turn].ask(path, method, headers, body, token, key)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if got.status != 503:
                return got
            time.sleep(0.02)
        raise NodeError(f"{method} {path} was answered by neither server for a minute")

    def pass_days(self, days):
        """Lets so many days pass at once; deadlines are looked at next."""
        milliseconds = round(days * DAY)
        # Nobody may look at them in that moment and write old dates beside new ones: the job is held while they move.
        changes = [f"UPDATE jobs SET due = due - {milliseconds} WHERE {TENDING}"]
        for table, columns in DATES.items():
            moved = [f"{column} = {column} - {milliseconds}" for column in columns]
            if table in ("offers", "needs"):
                moved.append("version = version + 1")
            changes.append(f"UPDATE {table} SET {', '.join(moved)}")
        for attempt in range(10):
            self.wait_for_tending()
            try:
                return self.database.change(*changes)
            except NodeError as error:
                if "deadlock" not in str(error) or attempt == 9:
                    raise

    def wait_for_tending(self, within=30):
        """Until nobody looks at deadlines. The lease of a server that was killed while it did runs out, and another goes on."""
        began, orphaned = time.monotonic(), False
        while self.is_tending():
            waited = time.monotonic() - began
            if waited > within:
                raise NodeError("deadlines were looked at for half a minute")
            if waited > 2 and not orphaned:
                self.database.change(f"UPDATE jobs SET leased_until = 0 WHERE {TENDING} AND state = 'running'")
                orphaned = True
            time.sleep(0.02)

    def is_tending(self):
        return bool(self.database.rows(f"SELECT 1 FROM jobs WHERE {TENDING} AND state = 'running'"))

    def live(self):
        return self.database.rows("SELECT id FROM offers WHERE state IN ('offered', 'accepted')")


def volunteer(place, server, number):
    """Somebody with an account and a profile; returns the token of a program that acts for them, made on the page for it."""
    handle, passphrase = f"volunteer-{number}", "three brown goats sing"
    place.run("user", "create", "--role", "volunteer", "--name", f"Volunteer {number}", "--handle", handle, "--passphrase-stdin",
              typed=passphrase + "\n")
    browser = Browser(server)
    browser.send("/sign-in", {"handle": handle, "passphrase": passphrase})
    page = browser.send("/me/programs", {"name": "Deadlines"})
    token = re.search(r"civil_[0-9a-f]{48}", page)
    if not token:
        raise NodeError(f"{handle} could not sign in and make a token:\n{page[:600]}")
    profile = {"skills": [{"skill": "skill.spreadsheets", "level": 2}], "languages": ["es"], "hoursAWeek": 4, "ageBand": "adult"}
    got = server.ask("/api/v1/volunteer", "PUT", body=profile, token=token[0])
    if got.status != 200:
        raise NodeError(f"PUT /api/v1/volunteer answered {got.status}: {got.text[:300]}")
    return token[0]


class Browser:
    """Keeps cookies, and sends the form that is on a page."""

    def __init__(self, server):
        self.server, self.cookies = server, {}

    def send(self, path, fields):
        hidden = re.search(r'<input type="hidden" name="form" value="([^"]+)">', self._ask(path).text)
        body = urlencode({"form": hidden[1] if hidden else "", **fields})
        return self._ask(path, "POST", body).text

    def _ask(self, path, method="GET", body=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        got = self.server.ask(path, method, headers, body)
        for name, value in got.headers:
            if name == "set-cookie":
                self.cookies.update([value.split(";")[0].split("=", 1)])
        return got


class Story:
    """One need, and what people do about it, a step a round."""

    def __init__(self, village, kind, number):
        self.village, self.kind, self.left = village, kind, list(STORIES_TOLD[kind])
        self.helper = village.volunteers[number % VOLUNTEERS]
        body = {**need(f"Perdemos la cuenta de los ahorros, dice el grupo {number}.", organization=f"Grupo {number}"), "showPublicly": True}
        stated = self._expect(201, "/api/v1/needs", body=body, token=village.facilitator).json
        self.code, self.receipt = stated["code"], stated["receipt"]
        self.path, self.offer = f"/api/v1/needs/{self.code}", None
        self._open()

    def _open(self):
        for _ in range(20):
            version = self._expect(200, self.path, "GET", token=self.village.facilitator).json["version"]
            body = {"version": version, "summary": "A group wants to keep its savings book.", "summaryLanguage": "en", "state": "open"}
            got = self.village.ask(self.path, "PATCH", body, self.village.facilitator)
            if got.status == 200:
                return
        raise NodeError(f"PATCH {self.path} answered {got.status}: {got.text[:300]}")

    def go_on(self):
        if not self.left:
            return
        step = self.left.pop(0)
        group, helper = {"receipt": self.receipt}, {"token": self.helper}
        what, body, who = {
            "offer": ("", {"words": "I can build it with you.", "language": "en"}, helper),
            "accept": ("/acceptance", {"seeksMore": False}, group),
            "decline": ("/refusal", {"reason": "notNow"}, group),
            "write": ("/posts", {"words": "Here is a first sheet.", "language": "en"}, helper),
            "take back": ("/end", {}, helper),
            "work": ("/work", {"hours": 3}, helper),
            "outcome": ("/outcome", {"change": "Nobody loses count.", "language": "en"}, group),
        }[step]
        path = f"{self.path}/offers" + (f"/{self.offer}" if self.offer else "") + what
        for _ in range(20):
            got = self.village.ask(path, body=body, **who)
            if got.status in (200, 201):
                self.offer = self.offer or got.json["id"]
                return
            # Either days passed at this very moment, and it is done again, or it is too late, and the story goes no further.
            if got.status != 409 or self._is_over():
                break
        self.left = []
        if got.status != 409:
            self.village.refused.append(f"{self.kind}, {step}: POST {path} answered {got.status} {got.text[:200]}")

    def _is_over(self):
        got = self.village.ask(f"{self.path}/offers/{self.offer}", "GET", receipt=self.receipt) if self.offer else None
        return got is not None and got.status == 200 and got.json["state"] in ("ended", "completed")

    def _expect(self, status, path, method="POST", body=None, token=None):
        got = self.village.ask(path, method, body, token)
        if got.status != status:
            raise NodeError(f"{method} {path} answered {got.status}: {got.text[:300]}")
        return got


class Killer(threading.Thread):
    """Kills one of the two servers at a random moment, and starts it again."""

    def __init__(self, village):
        super().__init__(daemon=True)
        self.village, self.was_tending, self.problem = village, False, None
        # Mostly it waits until somebody looks at deadlines, to hit that.
        self.waits = village.chance.random() < 0.75
        self.pause = village.chance.uniform(0, 0.08 if self.waits else 1.5)
        self.server = village.servers[village.chance.randrange(2)]

    def run(self):
        try:
            end = time.monotonic() + 2
            while self.waits and time.monotonic() < end and not self.village.is_tending():
                time.sleep(0.005)
            time.sleep(self.pause)
            self.server.kill()
            self.was_tending = self.village.is_tending()
            self.server.start()
        except (NodeError, OSError) as error:
            self.problem = error


def run(options):
    chance = random.Random(options.seed)
    place = Place(options.civil, options.database)
    village = Village(place, chance)
    try:
        village.open()
        print(f"deadlines.py: {options.rounds} rounds, {STORIES} stories a round, seed {options.seed}", flush=True)
        kinds, hits = list(STORIES_TOLD), 0
        for number in range(options.rounds + SILENT_WEEKS):
            is_silent = number >= options.rounds
            village.pass_days(7 if is_silent else chance.uniform(1, MOST_DAYS))
            killer = Killer(village)
            killer.start()
            for story in [] if is_silent else village.stories:
                story.go_on()
            for one in range(0 if is_silent else STORIES):
                began = number * STORIES + one
                village.stories.append(Story(village, kinds[began % len(kinds)], began))
            killer.join(120)
            if killer.problem or killer.is_alive():
                raise killer.problem or NodeError("a server did not come back")
            hits += killer.was_tending
        settle(village)
        return report(village, options, hits)
    finally:
        for server in village.servers:
            server.kill()
        place.remove()


def settle(village):
    """Both servers live, and what is due is done."""
    for _ in range(QUIET_WEEKS):
        village.pass_days(7)
        end = time.monotonic() + 30
        while village.database.rows(f"SELECT 1 FROM jobs WHERE {TENDING} AND (state <> 'waiting' OR due <= {NOW})"):
            if time.monotonic() > end:
                raise NodeError("deadlines were not looked at for half a minute")
            time.sleep(0.05)


TOLD_GROUP = "SELECT 1 FROM notices WHERE recipient = 'organization:' || o.organization AND key = 'offer ' || o.id ||"
TOLD_VOLUNTEER = "SELECT 1 FROM notices WHERE recipient = 'person:' || o.person AND key = 'offer ' || o.id ||"

# What is wrong, in words, and how it is found: each query answers `what` for each case of it.
CHECKS = {
    "an offer hangs": f"""
        SELECT id || ' ' || state AS what FROM offers WHERE state IN ('offered', 'accepted')
        UNION ALL SELECT id || ' is due' FROM offers WHERE due_at <= {NOW}""",
    "a need is worked on by nobody": """
        SELECT n.id AS what FROM needs n WHERE state IN ('matched', 'inProgress')
          AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.need = n.id AND o.state = 'accepted')""",
    "a need ended or went back, and its group was not told": f"""
        SELECT o.id AS what FROM offers o WHERE ending IN ('unanswered', 'silence', 'takenBack') AND NOT EXISTS ({TOLD_GROUP} ' ended')
        UNION ALL SELECT o.id FROM offers o WHERE state = 'completed' AND NOT EXISTS ({TOLD_GROUP} ' completed')
        UNION ALL SELECT n.id FROM needs n WHERE state = 'open'
          AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.need = n.id AND o.created_at >= n.opened_at)
          AND NOT EXISTS (SELECT 1 FROM notices WHERE recipient = 'organization:' || n.organization AND subject = n.id AND key LIKE '% unanswered %')""",
    "a volunteer was not told": f"""
        SELECT o.id AS what FROM offers o WHERE state = 'ended' AND NOT EXISTS ({TOLD_VOLUNTEER} ' ended')
        UNION ALL SELECT o.id FROM offers o WHERE state = 'completed' AND NOT EXISTS ({TOLD_VOLUNTEER} ' completed')""",
    # Whose turn it was when it lapsed: the group's to answer, or that of whoever did not speak last.
    "it lapsed without a reminder": """
        SELECT o.id AS what FROM offers o WHERE ending IN ('unanswered', 'silence') AND NOT EXISTS (
          SELECT 1 FROM notices WHERE path LIKE '%/offers/' || o.id AND key LIKE '% reminded %' AND CASE
            WHEN o.ending = 'unanswered' THEN recipient = 'organization:' || o.organization AND message LIKE '%waits for your answer%'
            WHEN o.signed_by = 'volunteer' THEN recipient = 'organization:' || o.organization AND message LIKE '%waits to hear from you%'
            ELSE recipient = 'person:' || o.person END)""",
    # In these stories everybody has one turn, so that each sentence comes once.
    "somebody was told the same twice": """
        SELECT recipient || ' ' || message AS what FROM notices GROUP BY recipient, path, message HAVING COUNT(*) > 1""",
    "it happened twice": """
        SELECT kind || ' ' || subject AS what FROM journal_entries WHERE feature = 'volunteers' AND kind IN ('ended', 'completed', 'accepted')
        GROUP BY kind, subject HAVING COUNT(*) > 1""",
}


def one(table, condition):
    return f"id = (SELECT id FROM {table} WHERE {condition} LIMIT 1)"


# For each check, something that it must find.
PLANTED = {
    "an offer hangs": f"UPDATE offers SET state = 'offered', ending = NULL, ended_at = NULL WHERE {one('offers', 'state = $$ended$$')}",
    "a need is worked on by nobody": f"UPDATE needs SET state = 'matched' WHERE {one('needs', 'state = $$open$$')}",
    "a need ended or went back, and its group was not told":
        f"DELETE FROM notices WHERE {one('notices', 'recipient LIKE $$organization:%$$ AND key LIKE $$% ended$$')}",
    "a volunteer was not told": f"DELETE FROM notices WHERE {one('notices', 'recipient LIKE $$person:%$$ AND key LIKE $$% ended$$')}",
    "it lapsed without a reminder":
        "DELETE FROM notices WHERE key LIKE '% reminded %' AND path LIKE '%/offers/' || (SELECT id FROM offers WHERE ending = 'silence' LIMIT 1)",
    "somebody was told the same twice":
        "INSERT INTO notices (id, recipient, key, message, path, subject, is_urgent, created_at) SELECT id || '-', recipient, key || ' again', message, "
        f"path, subject, is_urgent, created_at FROM notices WHERE {one('notices', 'true')}",
    "it happened twice":
        f"UPDATE journal_entries SET subject = (SELECT id FROM offers WHERE ending = 'silence' LIMIT 1) WHERE "
        f"{one('journal_entries', 'feature = $$volunteers$$ AND kind = $$ended$$ AND subject <> (SELECT id FROM offers WHERE ending = $$silence$$ LIMIT 1)')}",
}


def report(village, options, hits):
    database = village.database
    exit_codes = [server.stop() for server in village.servers]
    verified = is_verified(village.place)
    faults = [f"{name}: {row['what']}" for name, check in CHECKS.items() for row in database.rows(check)]
    counts = {row["what"]: row["count"] for row in database.rows(
        "SELECT coalesce(ending, state) AS what, COUNT(*) AS count FROM offers GROUP BY 1 ORDER BY 1")}
    quiet = len(database.rows("SELECT DISTINCT subject FROM notices WHERE key LIKE 'need % unanswered %'"))
    kills = options.rounds + SILENT_WEEKS
    print(f"  {len(village.stories)} needs, {sum(counts.values())} offers: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    print(f"  {quiet} groups heard that nobody had offered; {kills} kills, {hits} while deadlines were looked at")
    print(f"  faults {len(faults)}, refused {len(village.refused)}; journal verified: {'yes' if verified else 'NO'}; exit codes after SIGTERM {exit_codes}")
    for line in (faults + village.refused)[:20]:
        print("   ", line)

    # Each way of falling silent must have been there, or the run says nothing.
    proved = hits > 0 and quiet > 0 and {"unanswered", "silence", "takenBack", "notNow", "completed"} <= set(counts)
    if not proved:
        print("  too little happened for this run to mean anything")
    blind = [name for name, planted in PLANTED.items() if len(database.rows(CHECKS[name], after=planted)) == len(database.rows(CHECKS[name]))]
    database.change("UPDATE journal_entries SET actor = 'somebody' WHERE position = 3")
    if is_verified(village.place):
        blind.append("the journal")
    print(f"  faults planted {len(PLANTED) + 1}, found {len(PLANTED) + 1 - len(blind)}" + "".join(f"; NOT FOUND: {name}" for name in blind))
    good = proved and verified and exit_codes == [0, 0] and not (faults or village.refused or blind)
    print("deadlines.py: passed" if good else "deadlines.py: FAILED")
    return 0 if good else 1


def is_verified(place):
    try:
        place.run("journal", "verify")
        return True
    except NodeError:
        return False


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--civil", required=True, help="the program, .build/debug/civil")
    parse.add_argument("--database", required=True, help="the URL of a PostgreSQL server to make a database in")
    parse.add_argument("--rounds", type=int, default=6)
    parse.add_argument("--seed", type=int, default=None, help="of what happens and when; printed, so that a run can be repeated")
    options = parse.parse_args()
    if options.seed is None:
        options.seed = random.randrange(1_000_000)
    try:
        sys.exit(run(options))
    except (NodeError, OSError, http.client.HTTPException, KeyError, ValueError) as error:
        print(f"deadlines.py: could not be carried out: {error}")
        sys.exit(2)


main()
