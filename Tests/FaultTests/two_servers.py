#!/usr/bin/env python3
"""two_servers.py --civil BINARY --database URL [--rounds 200]: what is stated at one server is there at the other within a second.

Two servers share one PostgreSQL, migrated by two commands at the same moment. In turn, a need is stated at one; then the other is asked until
it lists it, and until its search finds it. Prints how long that took and fails when any took longer than a second.

Exit codes: 0 every one in time, 1 not, 2 the test itself could not be carried out.
"""
import argparse
import http.client
import os
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))
from node import NodeError, Place, Server, need  # noqa: E402

GIVE_UP = 10  # seconds after which waiting for one record ends; the bar is --within


def until_there(look):
    """Seconds until `look` finds what it looks for, or GIVE_UP."""
    began = time.monotonic()
    while time.monotonic() - began < GIVE_UP:
        if look():
            return time.monotonic() - began
        time.sleep(0.005)
    return GIVE_UP


def found(server, path, token, wanted):
    got = server.ask(path, token=token)
    if got.status != 200:
        raise NodeError(f"GET {path} answered {got.status}: {got.text[:300]}")
    return any(wanted(item) for item in got.json["items"])


def measure(here, there, token, taken):
    # One word that occurs nowhere else, of letters only, so that every tokenizer keeps it whole.
    word = "xq" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:12])
    words = f"Queremos avisar a las socias por mensaje cuando llega el agua {word}"
    stated = here.ask("/api/v1/needs", "POST", body=need(words), token=token, key=str(uuid.uuid4()))
    if stated.status != 201:
        raise NodeError(f"POST /api/v1/needs answered {stated.status}: {stated.text[:300]}")
    code = stated.json["code"]
    its = lambda item: item["code"] == code  # noqa: E731
    # Both at once, because the time runs for both from the same moment.
    looks = {
        "need read": lambda: there.ask(f"/api/v1/needs/{code}", token=token).status == 200,
        "need listed": lambda: any(its(item) for item in there.pages_of("/api/v1/needs", token=token)),
        "need found by search": lambda: found(there, f"/api/v1/needs?q={word}&limit=100", token, its),
    }
    together(looks, taken)


def together(looks, taken):
    """Looks for several things at the same time and notes the seconds each took."""
    problems = []

    def one(name, look):
        try:
            taken.setdefault(name, []).append(until_there(look))
        except (NodeError, OSError, http.client.HTTPException, KeyError) as error:
            problems.append(error)

    threads = [threading.Thread(target=one, args=pair) for pair in looks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def migrate_twice_at_once(place):
    problems = []

    def migrate():
        try:
            place.migrate()
        except NodeError as error:
            problems.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def run(options):
    place = Place(options.civil, options.database)
    servers = [Server(place), Server(place)]
    taken = {}
    try:
        migrate_twice_at_once(place)
        token = place.token("facilitator", "Two servers")
        for server in servers:
            server.start()
        for number in range(options.rounds):
            measure(servers[number % 2], servers[1 - number % 2], token, taken)
        codes = [server.stop() for server in servers]
    finally:
        for server in servers:
            server.kill()
        place.remove()

    good = codes == [0, 0]
    print(f"two_servers.py: {options.rounds} rounds, exit codes after SIGTERM {codes}")
    for name, seconds in taken.items():
        ordered, late = sorted(seconds), sum(one > options.within for one in seconds)
        good = good and not late
        print(f"  {name:24} p50 {ordered[len(ordered) // 2] * 1000:5.0f} ms  p95 {ordered[int(len(ordered) * 0.95)] * 1000:5.0f} ms  "
              f"longest {ordered[-1] * 1000:5.0f} ms  over {options.within} s: {late}")
    print("two_servers.py: passed" if good else "two_servers.py: FAILED")
    return 0 if good else 1


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--civil", required=True, help="the program, .build/debug/civil")
    parse.add_argument("--database", required=True, help="the URL of a PostgreSQL server to make a database in")
    parse.add_argument("--rounds", type=int, default=200)
    parse.add_argument("--within", type=float, default=1.0, help="seconds it may take")
    options = parse.parse_args()
    try:
        sys.exit(run(options))
    except (NodeError, OSError, http.client.HTTPException, KeyError, ValueError) as error:
        print(f"two_servers.py: could not be carried out: {error}")
        sys.exit(2)


main()
