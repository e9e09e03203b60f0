"""Reads the site as a stranger's program would: no cookie, no token, link by link."""
import re
from html import unescape

from node import ask

# Leads to a page for each language of each page, and to sorting and searching without end: one step of that is enough.
SAME_AGAIN = re.compile(r"[?&](lang|q|sort)=")


def crawl(server, start=("/",), limit=400, headers=None):
    """path → Answer for what is reached by links from `start`, redirects included."""
    waiting, answers = list(start), {}
    while waiting and len(answers) < limit:
        path = waiting.pop(0)
        if path in answers:
            continue
        got = ask(server.url + path, headers=headers)
        answers[path] = got
        if got.header("location"):
            waiting.append(_local(server, got.header("location"), path))
        if "html" in (got.header("content-type") or ""):
            for link in re.findall(r"""(?:href|src|action)\s*=\s*["']([^"']*)["']""", got.text):
                to = _local(server, unescape(link), path)
                if to and not SAME_AGAIN.search(to):
                    waiting.append(to)
        waiting = [path for path in waiting if path]
    return answers


def _local(server, link, here):
    """The path of a link on this site, without its fragment; nothing for other sites and schemes."""
    link = link.split("#")[0].removeprefix(server.url)
    if link.startswith("?"):
        return here.split("?")[0] + link
    return link if link.startswith("/") and not link.startswith("//") else None


def everything(answer):
    """All of an answer in which a word could hide: headers and body."""
    return "\n".join(f"{name}: {value}" for name, value in answer.headers) + "\n" + answer.text
