#!/usr/bin/env python3
"""bars.py --civil BINARY: measures a running node from outside and prints each figure beside the bar it must reach.

On a fresh SQLite database with 10,000 tools and 10,000 needs, with load made by wrk on the same processors. These are measurements, not tests: nothing
fails, and a figure means something only beside the machine's load, which is printed first and last.
"""
import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "Harness"))
from node import NodeError, Place, Server, need  # noqa: E402

SUBJECTS = ("bookkeeping", "surveys", "mapping", "messaging", "lending", "teaching", "translation", "inventory", "voting", "scheduling", "fundraising",
            "mentoring", "harvests", "clinics", "water points", "legal aid", "radio", "archives", "volunteers", "membership")
WAYS = ("offline on a phone", "by text message", "in a browser", "on paper forms", "for many languages", "for small groups", "with maps", "with reports")


def tools(path, count):
    """A shelf in the format of the DPG catalogue; the same each time."""
    chance = random.Random(7)
    with open(path, "w") as file:
        for number in range(count):
            subjects, way = chance.sample(SUBJECTS, 3), chance.choice(WAYS)
            file.write(json.dumps({
                "name": f"{subjects[0].title()} {number}", "description": f"Free software for {', '.join(subjects)}, {way}. " * 3,
                "website": f"https://tool-{number}.example.org/", "license": [{"spdx": "MIT", "licenseURL": "https://example.org/licence"}],
                "type": ["software"], "stage": "DPG", "_slug": f"tool-{number}", "_dir": "nominees"}) + "\n")


def statement(number):
    chance = random.Random(number)
    first, second = chance.sample(SUBJECTS, 2)
    words = f"Our group has trouble with {first} and {second}; we would like to do it {chance.choice(WAYS)}. Number {number}."
    return need(words, language="en", organization=f"Group {number % 2000}", country="KE")


def wrk(folder, url, script, seconds, connections):
    path = os.path.join(folder, "wrk.lua")
    with open(path, "w") as file:
        file.write(script)
    done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", path, url], capture_output=True, text=True, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    tail = re.search(r"99%\s+(\S+)", done.stdout)[1]
    return rate, tail, int(wrong[1]) if wrong else 0


def posting(token, run):
    """Needs made by wrk itself, each with a key of its own. Strings are taken apart from one statement, so that the body is the same as elsewhere."""
    before, after = json.dumps(statement(0), ensure_ascii=False).split("Number 0.")
    return f"""
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
local sent = 0
function request()
  sent = sent + 1
  local mark = "{run}-" .. id .. "-" .. sent
  local body = [==[{before}]==] .. "Number " .. mark .. "." .. [==[{after}]==]
  return wrk.format("POST", "/api/v1/needs",
    {{["Content-Type"] = "application/json", ["Authorization"] = "Bearer {token}", ["Idempotency-Key"] = "bench-" .. mark}}, body)
end
"""


def memory(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024


def show(name, figure, bar, note=""):
    print(f"  {name:58} {figure:>14}   bar {bar:>12}   {note}", flush=True)


def load():
    one, _, _ = os.getloadavg()
    return f"load {one:.2f} on {os.cpu_count()} processors"


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--civil", required=True, help="the program, built for release")
    parse.add_argument("--writes", help="the program bench-writes, built for release; without it that bar is left out")
    parse.add_argument("--items", type=int, default=10_000, help="tools, and needs")
    parse.add_argument("--seconds", type=int, default=10, help="of load for each rate")
    options = parse.parse_args()
    place = Place(options.civil)
    server = Server(place)
    try:
        print(f"bars.py: SQLite, {options.items} tools, {load()}")
        place.migrate()
        shelf = os.path.join(place.folder, "tools.jsonl")
        tools(shelf, options.items)
        place.run("import", "tools", "--from", "dpg", shelf, within=900)
        token = place.token("facilitator", "Benchmark")
        server.start(within=120)

        rates, stated, run, started = [], 0, 0, None
        while stated < options.items or run < 3:
            rate, tail, wrong = wrk(place.folder, server.url, posting(token, run), options.seconds, 32)
            rates.append(rate)
            stated += int(rate * options.seconds)
            run += 1
            if stated >= options.items and started is None:
                started = (stated, *starts(server))
        show("POST /api/v1/needs, 32 connections, whole", f"{statistics.median(rates):.0f}/s", "≥ 400/s", f"p99 {tail}, refused {wrong}, {stated} stated")

        page = f'wrk.headers["Authorization"] = "Bearer {token}"; wrk.headers["Accept-Language"] = "ar"; wrk.headers["Accept-Encoding"] = "gzip"'
        got = server.ask("/desk", headers={"Authorization": "Bearer " + token, "Accept-Language": "ar"})
        rows = got.text.count('<li class="card">')
        rate, tail, wrong = wrk(place.folder, server.url + "/desk", page, options.seconds, 64)
        show(f"/desk, {rows} rows, signed in, Arabic, compressed", f"{rate:.0f}/s", "≥ 3,000/s", f"p99 {tail}, refused {wrong}")
        show("memory after this load", f"{memory(server.process):.0f} MB", "≤ 100 MB")
        needs, took, held = started
        show(f"start to ready, with {needs} needs", f"{took * 1000:.0f} ms", "≤ 300 ms", f"then {held:.0f} MB")
        server.stop()
        if options.writes:
            rate = statistics.median(int(subprocess.run([options.writes, str(options.seconds)], capture_output=True, text=True, check=True).stdout) for _ in range(3))
            show("its write transaction alone, 32 writers", f"{rate:.0f}/s", "≥ 3,000/s", f"this disk syncs {syncs(place.folder):.0f} times a second")
        show("prescription for one need, mean of 400", f"{prescription(place):.2f} ms", "≤ 5 ms", "by the command, start-up taken off")
        print(f"bars.py: {load()}")
    except NodeError as error:
        sys.exit(f"bars.py: {error}")
    finally:
        server.kill()
        place.remove()


def syncs(folder):
    """How often this disk makes an appended page durable in a second, by itself: the bound of a writer that syncs each act alone."""
    with open(os.path.join(folder, "syncs"), "wb") as file:
        count, end = 0, time.monotonic() + 1
        while time.monotonic() < end:
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            count += 1
    return count


def starts(server):
    """The median seconds that a start takes, and the megabytes held after the last, which is left running."""
    times = []
    for _ in range(5):
        server.stop()
        times.append(server.start(within=120))
    return statistics.median(times), memory(server.process)


def prescription(place):
    """Milliseconds for one need: what 400 needs take longer than one, so that loading the shelf is not counted."""
    def took(count):
        path = os.path.join(place.folder, "needs.jsonl")
        with open(path, "w") as file:
            for number in range(count):
                file.write(json.dumps({"id": str(number), "language": "en", "words": statement(number)["words"], "constraints": []}) + "\n")
        began = time.monotonic()
        place.run("prescribe", "--needs", path, "--shelf", "tools", "--limit", "10", "--format", "jsonl")
        return time.monotonic() - began

    return statistics.median((took(401) - took(1)) * 1000 / 400 for _ in range(3))


main()
