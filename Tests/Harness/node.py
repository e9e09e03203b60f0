"""One running copy of the product for tests: `civil` as a person would start it, on a free port, with a database and keys of its own.

Python's standard library only, so that the fault tests need nothing installed. Nothing here knows the product's insides: it speaks the command line
and HTTP.
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


class NodeError(Exception):
    """A command failed or the server did not do what the test relies on; says which, and what was printed."""


@dataclass
class Answer:
    """What came back for one request. `headers` is a list of pairs with names in lower case, because a name may come twice."""

    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key == name), None)

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


def ask(url, method="GET", headers=None, body=None, timeout=20):
    """One request on a connection of its own, redirects not followed. A dict as body is sent as JSON. Raises OSError or HTTPException."""
    parts = urlsplit(url)
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body, ensure_ascii=False).encode()
        headers.setdefault("Content-Type", "application/json")
    elif isinstance(body, str):
        body = body.encode()
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection.request(method, target, body=body, headers=headers)
        got = connection.getresponse()
        return Answer(got.status, [(key.lower(), value) for key, value in got.getheaders()], got.read())
    finally:
        connection.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostgreSQLDatabase:
    """A new, empty database on the server at `url`; `drop` removes it, cutting what is still connected."""

    def __init__(self, url):
        self.server = url
        self.name = "civil_" + secrets.token_hex(6)
        self._psql(self.server, f"CREATE DATABASE {self.name}")
        self.url = urlsplit(url)._replace(path="/" + self.name).geturl()

    def drop(self):
        self._psql(self.server, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def change(self, *statements):
        """Runs statements in one transaction, behind the back of the servers."""
        self._psql(self.url, *statements)

    def rows(self, select, after=""):
        """What a query answers, a dict a row. `after`: a statement that is done before it and undone afterwards."""
        answer = f"SELECT coalesce(json_agg(answer), '[]') FROM ({select}) AS answer"
        return json.loads(self._psql(self.url, *(["BEGIN", after, answer, "ROLLBACK"] if after else [answer])))

    def _psql(self, url, *statements):
        # One string is one transaction, but for what ends it by itself.
        done = subprocess.run(["psql", url, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command",
                               "; ".join(statements)], capture_output=True, text=True)
        if done.returncode != 0:
            raise NodeError(f"psql: {done.stderr}")
        return done.stdout


class Place:
    """Where a node lives: a temporary folder with its keys, and a database. Several servers can run in one place."""

    def __init__(self, binary, database="sqlite"):
        """`database`: "sqlite", or the URL of a PostgreSQL server in which a database is made."""
        self.binary = os.path.abspath(binary)
        if not os.access(self.binary, os.X_OK):
            raise NodeError(f"{self.binary} is not there: build it first")
        self.folder = tempfile.mkdtemp(prefix="civil-test.")
        self.keys = os.path.join(self.folder, "civil.keys")
        self.postgresql = None if database == "sqlite" else PostgreSQLDatabase(database)
        self.database = self.postgresql.url if self.postgresql else "sqlite:" + os.path.join(self.folder, "civil.sqlite")
        self.engine = "postgresql" if self.postgresql else "sqlite"

    def environment(self, **more):
        # What the caller has set for a server of their own must not reach this one.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("CIVIL_")}
        return {**inherited, "CIVIL_KEYS": self.keys, "HOME": self.folder, **more}

    def run(self, *arguments, typed=None, expect=0, within=120):
        """Runs `civil arguments… --database …` and returns what it prints. `typed` is its standard input."""
        command = [self.binary, *arguments, "--database", self.database]
        done = subprocess.run(command, cwd=self.folder, env=self.environment(), input=typed, capture_output=True, text=True, timeout=within)
        if expect is not None and done.returncode != expect:
            raise NodeError(f"civil {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def refused(self, *arguments, within=120):
        """The exit code of a command that is expected to fail, and what it says about it."""
        command = [self.binary, *arguments, "--database", self.database]
        done = subprocess.run(command, cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=within)
        return done.returncode, done.stderr.strip()

    def migrate(self):
        self.run("migrate")

    def token(self, role, name):
        """An API token; the command prints it and nothing else."""
        printed = self.run("token", "create", "--role", role, "--name", name)
        token = printed.strip()
        if not token or len(token.split()) != 1:
            raise NodeError(f"civil token create printed {printed!r} instead of a token alone")
        return token

    def remove(self):
        if self.postgresql:
            self.postgresql.drop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """`civil serve` in a place. Ends only the process it started, by its id."""

    def __init__(self, place, port=None, limits="off", **environment):
        self.place, self.limits, self.environment = place, limits, environment
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = os.path.join(place.folder, f"serve-{self.port}.log")
        self.process = None

    def start(self, within=90.0):
        """Starts it and waits until /health/ready says yes. Returns the seconds that took, from before the process was made."""
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.place.binary, "serve", "--host", "127.0.0.1", "--port", str(self.port), "--database", self.place.database,
                 "--limits", self.limits],
                cwd=self.place.folder, env=self.place.environment(**self.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while time.monotonic() - began < within:
            if self.process.poll() is not None:
                raise NodeError(f"civil serve ended with {self.process.returncode}:\n{self.tail()}")
            try:
                if ask(self.url + "/health/ready", timeout=within).status == 200:
                    return time.monotonic() - began
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.01)
        self.kill()
        raise NodeError(f"civil serve was not ready after {within} s:\n{self.tail()}")

    def kill(self):
        """SIGKILL: what a power cut or the kernel's memory killer does to the process."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self, within=15.0):
        """SIGTERM: it finishes what is in flight. Returns the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()
                raise NodeError(f"civil serve did not end within {within} s of SIGTERM:\n{self.tail()}") from None
        return self.process.returncode

    def tail(self, lines=20):
        with open(self.log, errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    def ask(self, path, method="GET", headers=None, body=None, token=None, key=None, timeout=20):
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + token
        if key:
            headers["Idempotency-Key"] = key
        return ask(self.url + path, method, headers, body, timeout)

    def pages_of(self, path, token=None, limit=100):
        """Every item of a cursor-paged list of the API, in order."""
        items, cursor = [], None
        while True:
            mark = "&" if "?" in path else "?"
            got = self.ask(f"{path}{mark}limit={limit}" + (f"&cursor={cursor}" if cursor else ""), token=token, timeout=60)
            if got.status != 200:
                raise NodeError(f"GET {path} answered {got.status}: {got.text[:400]}")
            items += got.json["items"]
            cursor = got.json.get("next")
            if not cursor:
                return items


def need(words, language="es", organization="Cooperativa Las Amapolas", country="CL", constraints=()):
    """A body for POST /api/v1/needs as a facilitator sends it, speaking for a group that is not online."""
    return {
        "organization": {"name": organization, "country": country}, "words": words, "language": language, "constraints": list(constraints),
        "provenance": {"statedBy": "Rosa, treasurer", "relation": "member", "how": "in person", "consent": "spoken", "at": "2026-03-02T10:00:00Z"},
    }


def one_time_code(secret, at=None):
    """The six digits of RFC 6238 (SHA-1, 30 s) for a secret in base 32."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000)
