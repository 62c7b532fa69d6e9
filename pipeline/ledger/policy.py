"""A witness policy (C2SP tlog-policy) and a note → whose cosignatures it bears, and if they do.

`log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, `group <name> <k|any|all> <name>…` and one
`quorum <name|none>`, each on a line; `#` begins a line of comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.ledger.cosignatures import cosignature_of, witness_key
from pipeline.ledger.notes import ED25519, VerifyKey, open_note, read_note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NONE = "none"
# Thirty-two each of logs, witnesses and groups must be possible.
MOST_OCTETS = 1_000_000
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t]+")
_COUNT = re.compile(r"[1-9][0-9]{0,5}")


class PolicyInvalid(ValueError):
    """The file is no policy; `line` counts from 1, and is None for what stands on none."""

    def __init__(self, why: str, *, line: int | None = None) -> None:
        self.why, self.line = why, line
        super().__init__(why if line is None else f"line {line}: {why}")


class Group(Struct, frozen=True, kw_only=True):
    """Counts as a witness when `threshold` of its `members` do: witnesses, groups."""

    threshold: int
    members: tuple[str, ...]


class WitnessPolicy(Struct, frozen=True, kw_only=True):
    """Which logs are accepted, and which witnesses must have cosigned.

    Without `logs` the log's key must be known otherwise.  `witnesses` and `groups` are by name,
    a group behind its members; `quorum` is the name of one of them, or `none`.
    """

    logs: tuple[VerifyKey, ...]
    witnesses: Mapping[str, VerifyKey]
    groups: Mapping[str, Group]
    quorum: str


class Standing(Struct, frozen=True, kw_only=True):
    """What a note is worth under a policy.

    `cosigned` says for each witness that did, when; `missing` names those that did not;
    `faults` says in words what makes the note worthless.  `holds` is the verdict: no fault, and
    the quorum is there.
    """

    cosigned: Mapping[str, datetime]
    missing: tuple[str, ...]
    faults: tuple[str, ...]
    holds: bool


def parse_policy(octets: bytes) -> WitnessPolicy:
    """The policy that `octets` spell.  Raises PolicyInvalid, which names the line."""
    if len(octets) > MOST_OCTETS:
        raise PolicyInvalid(f"{len(octets)} octets, at most {MOST_OCTETS} are read")
    # Names are opaque octets and need not be UTF-8: what is not, is spelled out.
    lines = octets.decode("utf-8", "backslashreplace").split("\n")
    draft = _Draft()
    for number, line in enumerate(lines, 1):
        try:
            draft.read(line)
        except ValueError as error:
            raise PolicyInvalid(str(error), line=number) from error
    if draft.quorum is None:
        raise PolicyInvalid("no line `quorum <name>`, or `quorum none`")
    return WitnessPolicy(
        logs=tuple(draft.logs),
        witnesses=draft.witnesses,
        groups=draft.groups,
        quorum=draft.quorum,
    )


def evaluate(policy: WitnessPolicy, octets: bytes) -> Standing:
    """Hold the note `octets` against `policy`.

    Raises NoteInvalid (a ValueError) for what is no note.  The signature of a log that the
    policy does not list is the caller's business.
    """
    note = read_note(octets)
    faults = _log_faults(policy, octets)
    cosigned: dict[str, datetime] = {}
    for name, key in policy.witnesses.items():
        try:
            at = cosignature_of(key, note)
        except ValueError as error:
            faults.append(str(error))
            continue
        if at is not None:
            cosigned[name] = at
    return Standing(
        cosigned=cosigned,
        missing=tuple(name for name in policy.witnesses if name not in cosigned),
        faults=tuple(faults),
        holds=not faults and _has_quorum(policy, set(cosigned)),
    )


def _log_faults(policy: WitnessPolicy, octets: bytes) -> list[str]:
    if not policy.logs:
        return []
    try:
        open_note(octets, policy.logs)
    except ValueError as error:
        return [str(error)]
    return []


def _has_quorum(policy: WitnessPolicy, witnessing: set[str]) -> bool:
    """A group stands behind its members, so one pass settles them all."""
    for name, group in policy.groups.items():
        if sum(member in witnessing for member in group.members) >= group.threshold:
            witnessing.add(name)
    return policy.quorum == NONE or policy.quorum in witnessing


class _Draft(Struct):
    """What the lines so far have said."""

    logs: list[VerifyKey] = field(default_factory=list)
    witnesses: dict[str, VerifyKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str | None = None

    def read(self, line: str) -> None:
        """Take one line.  Raises ValueError."""
        if found := _FORBIDDEN.search(line):
            raise ValueError(f"control character {found[0]!r}; lines end in a newline alone")
        words = [word for word in _BLANKS.split(line) if word]
        match words:
            case []:
                pass
            case [word, *_] if word.startswith("#"):
                pass
            case ["log", vkey] | ["log", vkey, _]:
                self._log(vkey)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._witness(name, vkey)
            case ["group", name, count, *members] if members:
                self._group(name, count, tuple(members))
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise ValueError(
                    f"{line.strip()[:200]!a} is none of: log <vkey> [<url>],"
                    " witness <name> <vkey> [<url>], group <name> <k|any|all> <name>…,"
                    " quorum <name|none>"
                )

    def _log(self, vkey: str) -> None:
        key = VerifyKey.parse(vkey)
        if key.algorithm != ED25519:
            raise ValueError(f"{vkey}: a key of type {key.algorithm:#04x}, a log's is 0x01 here")
        if any(key.key == other.key for other in self.logs):
            raise ValueError(f"the key of {key.name} stands on an earlier line")
        self.logs.append(key)

    def _witness(self, name: str, vkey: str) -> None:
        key = witness_key(vkey)
        if any(key.key == other.key for other in self.witnesses.values()):
            raise ValueError(f"the key of {key.name} stands on an earlier line")
        self._define(name)
        self.witnesses[name] = key

    def _group(self, name: str, count: str, members: tuple[str, ...]) -> None:
        for member in members:
            self._known(member)
            if member in self.members:
                raise ValueError(f"{member} is a member already, which it can be once")
            self.members.add(member)
        self._define(name)
        self.groups[name] = Group(threshold=_threshold(count, len(members)), members=members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise ValueError("a second quorum")
        if name != NONE:
            self._known(name)
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"the name {name} is taken")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(f"{name} is no witness or group of an earlier line")


def _threshold(count: str, members: int) -> int:
    if count in ("any", "all"):
        return 1 if count == "any" else members
    if not _COUNT.fullmatch(count) or int(count) > members:
        raise ValueError(f"{count} of {members} members: a number from 1 to {members}, any or all")
    return int(count)
