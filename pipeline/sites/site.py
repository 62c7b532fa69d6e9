"""A checked declaration, ready for use: compiled rules, digests, and which URLs are its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.discover.canonical import canonical
from pipeline.errors import ConfigInvalid, Problem
from pipeline.extract.rules import Rules
from pipeline.ground.checking import check
from pipeline.model import Digest
from pipeline.schedule.cadence import Cadence
from pipeline.sites.declaration import Declaration
from pipeline.sites.hosts import patterns_for

if TYPE_CHECKING:
    from pathlib import Path


ENDING = ".yaml"
BUILT_IN = "generic"
"""What the rules for pages of no configured site call themselves."""


class Site(Struct, frozen=True, kw_only=True):
    """A site as declared in one file.

    `config` is the digest of the file's exact bytes, `content`.  `rules_digest` is the digest of
    the canonical JSON of all that a text depends on (extraction, zone, language, charset, URL
    rules), so that a comment or a delay is no change of rules.  `name` is None for the
    built-in rules.
    """

    name: str | None
    declared: Declaration
    content: bytes
    config: Digest
    rules: Rules
    rules_digest: Digest
    cadence: Cadence

    @classmethod
    def of(cls, declared: Declaration, content: bytes, *, name: str | None) -> Self:
        """Compile `declared`, which was read from `content`."""
        rules = Rules.compile(
            declared.extract,
            zone=declared.zone,
            language=declared.language,
            charset=declared.charset,
        )
        return cls(
            name=name,
            declared=declared,
            content=content,
            config=Digest.of(content),
            rules=rules,
            rules_digest=_rules_digest(rules, declared),
            cadence=Cadence.of(declared.schedule, declared.zone),
        )

    def canonical(self, url: str) -> str:
        """The one name of the document that `url` is a variant of."""
        return canonical(url, self.declared.targets.canonical)

    def claims(self, url: str) -> bool:
        """Whether `url` is on one of this site's own hosts."""
        return any(pattern in self.declared.match for pattern in patterns_for(url))


def read_site(path: Path) -> Site:
    """The site that `path` declares.  Raises ConfigInvalid with every problem found."""
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise _problem(path, "whole file", why, allowed="a readable file") from error
    if path.suffix != ENDING:
        raise _problem(path, "whole file", path.name, allowed=f"a name that ends in {ENDING}")
    declared = check(Declaration, content, file=str(path))
    if declared.site != path.stem:
        own = f"the file's own name, {path.stem}"
        raise _problem(path, "site", repr(declared.site), allowed=own)
    return Site.of(declared, content, name=declared.site)


def site_of(content: bytes, *, file: str) -> Site:
    """The site that archived config `content` declares; `file` is what problems are told of.

    Raises ConfigInvalid.
    """
    declared = check(Declaration, content, file=file)
    return Site.of(declared, content, name=None if declared.site == BUILT_IN else declared.site)


def drafted(path: Path, *, name: str) -> Site:
    """The site `name` as the draft at `path`, which may be called anything, would have it.

    Raises ConfigInvalid with every problem found.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise _problem(path, "whole file", why, allowed="a readable file") from error
    return Site.of(check(Declaration, content, file=str(path)), content, name=name)


def _problem(path: Path, key: str, value: str, *, allowed: str) -> ConfigInvalid:
    return ConfigInvalid((Problem(file=str(path), key=key, value=value, allowed=allowed),))


def _rules_digest(rules: Rules, declared: Declaration) -> Digest:
    urls = declared.targets.canonical.model_dump(mode="json", exclude_defaults=True)
    depends = {**rules.declaration(), "urls": urls}
    written = json.dumps(depends, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Digest.of(written.encode())
