#!/usr/bin/env python3
"""kill.py --civil BINARY [--database sqlite|URL] [--kills 50]: writers state needs while the server is killed again and again.

Four writers state needs through the API, each with a key of its own (Idempotency-Key). At random moments the server is killed outright (SIGKILL) and
started again; every request whose answer did not arrive is repeated with the same key until there is one. In the end:

- every need that was acknowledged is listed exactly once, and nothing is listed that was not;
- what was acknowledged last before each kill answers again with the same code;
- the server was ready again within 2 seconds each time, and `civil journal verify` finds nothing. That bar is for a release build: a debug build
  reads the vocabulary several times as slowly and is given more with --ready-within.

With --expect-failure the server is started with CIVIL_FAULT=ack-before-commit, which debug builds understand: it answers first and commits a moment
later. Then this harness must find needs that were acknowledged and are gone; exit code 0 means that it did.

Exit codes: 0 as expected, 1 not, 2 the test itself could not be carried out.
"""
import argparse
import http.client
import os
import random
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))
from node import NodeError, Place, Server, need  # noqa: E402


class Writers:
    """Threads that state needs until told to stop, and what they were promised."""

    def __init__(self, server, token, count, faulty):
        self.server, self.token, self.faulty = server, token, faulty
        self.promised = {}  # key → (code, words)
        self.latest = {}  # writer → key of its last acknowledged need
        self.repeated = 0  # requests that had to be sent again
        self.wrong = []  # answers that break a promise, in words
        self.lock = threading.Lock()
        self.up, self.ending = threading.Event(), threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(number,), daemon=True) for number in range(count)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def finish(self):
        self.ending.set()
        self.up.set()
        for thread in self.threads:
            thread.join(60)
            if thread.is_alive():
                raise NodeError("a writer's request was not answered within a minute after the last restart")

    def wait_for_promise(self):
        before, end = len(self.promised), time.monotonic() + 30
        while len(self.promised) == before and time.monotonic() < end:
            time.sleep(0.005)

    def _write(self, number):
        sent = 0
        while not self.ending.is_set():
            sent += 1
            key = str(uuid.uuid4())
            words = f"Necesitamos llevar las cuentas de la cooperativa. Escrito {number}-{sent} {key}"
            code = self._state(key, words)
            if code is None and not self.faulty:
                return  # why is in self.wrong
            if code is None:
                continue  # with the fault, an answer may look for what is not committed yet
            with self.lock:
                self.promised[key] = (code, words)
                self.latest[number] = key

    def _state(self, key, words):
        """Sends until there is an answer, and returns the code it holds; nothing when the answer is one that no writer should get."""
        first = True
        while True:
            self.up.wait()
            try:
                got = self.server.ask("/api/v1/needs", "POST", body=need(words), token=self.token, key=key)
            except (OSError, http.client.HTTPException):
                if not first:
                    time.sleep(0.005)  # down; the restart takes longer than this
                with self.lock:
                    self.repeated += first
                first = False
                continue
            if got.status == 201:
                return got.json["code"]
            if got.status == 503:  # shutting down, or not ready: to be repeated, says the standard
                time.sleep(0.02)
                continue
            with self.lock:
                self.wrong.append(f"POST /api/v1/needs answered {got.status}: {got.text[:200]}")
            return None

    def repeat_latest(self):
        """What each writer was promised last must still hold when it is asked again."""
        with self.lock:
            asked = [(key, *self.promised[key]) for key in self.latest.values()]
        for key, code, words in asked:
            got = self.server.ask("/api/v1/needs", "POST", body=need(words), token=self.token, key=key)
            if got.status != 201 or got.json["code"] != code:
                self.wrong.append(f"a need acknowledged as {code} answered {got.status} {got.text[:120]} when it was sent again")


def run(options):
    place = Place(options.civil, options.database)
    fault = {"CIVIL_FAULT": "ack-before-commit"} if options.expect_failure else {}
    server = Server(place, **fault)
    try:
        place.migrate()
        token = place.token("facilitator", "Fault test")
        print(f"kill.py: {place.engine}, {options.kills} kills, {options.writers} writers, seed {options.seed}", flush=True)
        server.start()
        writers = Writers(server, token, options.writers, options.expect_failure)
        writers.up.set()
        writers.start()
        restarts = kill_again_and_again(server, writers, options)
        writers.finish()
        if options.expect_failure:
            time.sleep(1)  # what was answered and not yet committed is on its way; only what a kill took shall count as lost
        return report(place, server, writers, restarts, token, options)
    finally:
        server.kill()
        place.remove()


def kill_again_and_again(server, writers, options):
    """Returns the seconds that each restart took."""
    chance, restarts = random.Random(options.seed), []
    for number in range(options.kills):
        if options.expect_failure:
            writers.wait_for_promise()  # what is to be lost must have been promised, and a moment later it is kept
            time.sleep(chance.uniform(0, 0.04))
        else:
            time.sleep(chance.uniform(0.05, 1.2))
        if any(not thread.is_alive() for thread in writers.threads):
            break  # what it found is in writers.wrong
        writers.up.clear()
        server.kill()
        restarts.append(server.start())
        if not options.expect_failure:
            # Without the fault this must hold at once. With it, a repeat would state the lost need anew and so hide the loss from the count.
            writers.repeat_latest()
        writers.up.set()
        if (number + 1) % 10 == 0:
            print(f"  {number + 1} kills, {len(writers.promised)} needs acknowledged", flush=True)
    time.sleep(0.3)
    return restarts


def report(place, server, writers, restarts, token, options):
    listed = server.pages_of("/api/v1/needs", token=token)
    exit_code = server.stop()
    verified = True
    try:
        place.run("journal", "verify")
    except NodeError as error:
        verified = False
        print(error)

    counts = {}
    for item in listed:
        counts[item["code"]] = counts.get(item["code"], 0) + 1
    promised = [code for code, _ in writers.promised.values()]
    lost = [code for code in promised if code not in counts]
    shared = len(promised) - len(set(promised))  # two different needs, one code
    strange = [code for code in counts if code not in set(promised)]
    twice = [code for code, count in counts.items() if count > 1]
    slow = [seconds for seconds in restarts if seconds > options.ready_within]

    print(f"  acknowledged {len(promised)}, repeated after a kill {writers.repeated}, listed {len(listed)}")
    print(f"  lost {len(lost)}, listed twice {len(twice)}, never acknowledged {len(strange)}, one code for two {shared}, broken promises {len(writers.wrong)}")
    if restarts:
        ordered = sorted(restarts)
        print(f"  ready again after {ordered[len(ordered) // 2] * 1000:.0f} ms (median), {ordered[-1] * 1000:.0f} ms (longest); "
              f"over {options.ready_within} s: {len(slow)}")
    print(f"  journal verified: {'yes' if verified else 'NO'}; exit code after SIGTERM: {exit_code}")
    for line in (writers.wrong + [f"lost: {code}" for code in lost] + [f"not acknowledged: {code}" for code in strange])[:10]:
        print("   ", line)

    if options.expect_failure:
        found = bool(lost)
        print("kill.py: found the fault, as it should" if found else "kill.py: FAILED, the fault was there and was not found")
        return 0 if found else 1
    # A run in which no request was ever in flight would prove nothing.
    proved = len(restarts) == options.kills and len(promised) >= options.kills and (writers.repeated > 0 or options.kills < 5)
    if not proved:
        print("  too little happened for this run to mean anything")
    good = proved and verified and exit_code == 0 and not (lost or twice or strange or shared or slow or writers.wrong)
    print("kill.py: passed" if good else "kill.py: FAILED")
    return 0 if good else 1


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--civil", required=True, help="the program, .build/debug/civil")
    parse.add_argument("--database", default="sqlite", help="sqlite, or the URL of a PostgreSQL server to make a database in")
    parse.add_argument("--kills", type=int, default=50)
    parse.add_argument("--writers", type=int, default=4)
    parse.add_argument("--ready-within", type=float, default=2.0, help="seconds a restart may take")
    parse.add_argument("--seed", type=int, default=None, help="of the moments at which it kills; printed, so that a run can be repeated")
    parse.add_argument("--expect-failure", action="store_true")
    options = parse.parse_args()
    if options.seed is None:
        options.seed = random.randrange(1_000_000)
    try:
        sys.exit(run(options))
    except (NodeError, OSError, KeyError, ValueError) as error:
        print(f"kill.py: could not be carried out: {error}")
        sys.exit(2)


main()
