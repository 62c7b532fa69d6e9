"""A checked declaration, ready for use: compiled rules, digests, and which URLs are its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from pipeline.checking import check
from pipeline.discover.canonical import canonical
from pipeline.errors import ConfigInvalid, Problem
from pipeline.extract.rules import Rules
from pipeline.model import Digest
from pipeline.schedule.cadence import Cadence

if TYPE_CHECKING:
    from pathlib import Path

from pipeline.sites.declaration import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as declared in one file.

    `config` is the digest of the file's exact bytes, `content`.  `rules_digest` is the digest of
    the canonical JSON of all that a text depends on (extraction, zone, language, URL rules), so
    that a comment or a delay is no change of rules.  `name` is None for the built-in rules.
    """

    name: str | None
    declared: Declaration
    content: bytes
    config: Digest
    rules: Rules
    rules_digest: Digest
    cadence: Cadence
    hosts: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, declared: Declaration, content: bytes, *, name: str | None) -> Self:
        """Compile `declared`, which was read from `content`."""
        rules = Rules.compile(declared.extract, zone=declared.zone, language=declared.language)
        return cls(
            name=name,
            declared=declared,
            content=content,
            config=Digest.of(content),
            rules=rules,
            rules_digest=_rules_digest(rules, declared),
            cadence=Cadence.of(declared.schedule, declared.zone),
            hosts=tuple(map(_host_pattern, declared.match)),
        )

    def canonical(self, url: str) -> str:
        """The one name of the document that `url` is a variant of."""
        return canonical(url, self.declared.targets.canonical)

    def claims(self, url: str) -> int:
        """How surely `url` is this site's own: 0 not at all, more for a longer host pattern."""
        host = urlsplit(url).netloc.rpartition("@")[2].lower()
        return max((len(p.pattern) for p in self.hosts if p.fullmatch(host)), default=0)


def read_site(path: Path) -> Site:
    """The site that `path` declares.  Raises ConfigInvalid with every problem found."""
    try:
        content = path.read_bytes()
    except OSError as error:
        unreadable = Problem(
            file=str(path), key="whole file", value=str(error.strerror), allowed="a readable file"
        )
        raise ConfigInvalid((unreadable,)) from error
    declared = check(Declaration, content, file=str(path))
    if declared.site != path.stem:
        misnamed = Problem(
            file=str(path),
            key="site",
            value=repr(declared.site),
            allowed=f"the file's own name, {path.stem}",
        )
        raise ConfigInvalid((misnamed,))
    return Site.of(declared, content, name=declared.site)


def _rules_digest(rules: Rules, declared: Declaration) -> Digest:
    depends = {
        "extract": rules.declaration(),
        "zone": declared.timezone,
        "language": declared.language,
        "urls": declared.targets.canonical.model_dump(mode="json"),
    }
    written = json.dumps(depends, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Digest.of(written.encode())


def _host_pattern(pattern: str) -> re.Pattern[str]:
    """`*.example.org` stands for every host below example.org, not for example.org itself."""
    host, _, port = pattern.partition(":")
    below = r"[^/:]+\." if host.startswith("*.") else ""
    end = f":{port}" if port else r"(?::\d+)?"
    return re.compile(below + re.escape(host.removeprefix("*.")) + end)
