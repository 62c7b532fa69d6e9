"""A robots.txt as it came, and a product token → the lines of the group that is for it.

Which group is ours is found out here and not by protego, because there a thousand groups of a
thousand names each cost their product in rules, `date` stands for `dateline`, and
`dateline/1.0` does not.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

MOST_OCTETS = 512 * 1024  # RFC 9309 section 2.5 wants at least 500 KiB to be read

PRODUCT = re.compile(r"[A-Za-z_-]+")
EVERYBODY = "*"

MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)
# NULs too: without them, rules that somebody saved as UTF-16 can be read.
CONTROLS = bytes({*range(32), 127} - set(b"\t\r\n"))
# Rules and URLs are compared percent-encoded (section 2.2.2), whatever charset a rule is in.
ENCODED = {octet: f"%{octet:02X}" for octet in range(128, 256)}

AGENT = re.compile(r"user[- ]?agent(?:\s*:|\s|$)(.*)", re.IGNORECASE)
# They belong to the whole host, and do not end a list of agents (section 2.2.4).
OF_THE_HOST = re.compile(r"(?:sitemaps?|site-map|host)(?:\s*:|\s|$)", re.IGNORECASE)
# What people write without a colon.
RULE = re.compile(r"(?:allow|dis{1,2}al{1,2}ow|crawl[- ]delay)\s", re.IGNORECASE)


def product(agent: str) -> str:
    """The product token (section 2.2.1) of `Dateline/1.0 (+https://…)`: `Dateline`."""
    token = PRODUCT.match(agent)
    return token[0] if token else agent


def group(octets: bytes, token: str) -> list[str]:
    """The records of the groups that name `token`, in order; else those for everybody.

    Groups of one name are one (section 2.2.1); a token is compared whole, in any case.  What is
    beyond `MOST_OCTETS` is not read, and a line that is cut there neither.
    """
    ours: list[str] = []
    everybodys: list[str] = []
    named, agents, listing = False, set[str](), False
    wanted = product(token).lower()
    for line in _lines(octets):
        if found := AGENT.match(line):
            agents = agents if listing else set()
            agents.add(_token(found[1].strip()))
            listing, named = True, named or wanted in agents
        elif not OF_THE_HOST.match(line) and (":" in line or RULE.match(line)):
            listing = False
            if wanted in agents:
                ours.append(line)
            if EVERYBODY in agents:
                everybodys.append(line)
    return ours if named else everybodys


def _token(value: str) -> str:
    if value.partition(" ")[0] == EVERYBODY:
        return EVERYBODY
    return product(value.lstrip("*")).lower()


def _lines(octets: bytes) -> list[str]:
    """The lines that say something, without comments, in ASCII."""
    if len(octets) > MOST_OCTETS:
        octets = octets[:MOST_OCTETS]
        octets = octets[: max(octets.rfind(b"\n"), octets.rfind(b"\r")) + 1]
    for mark in MARKS:
        octets = octets.removeprefix(mark)
    text = octets.translate(None, CONTROLS).decode("latin-1").translate(ENCODED)
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]
