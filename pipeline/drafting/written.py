"""What was guessed → the YAML of a declaration, each line saying how it was found."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting.targets import TRACKING

if TYPE_CHECKING:
    from pipeline.drafting.drops import Dropped
    from pipeline.drafting.guess import Guess


# What JSON may hold as it is, and a YAML file may not (YAML 1.2 section 5.1).
NOT_IN_YAML = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")


class SeedDraft(Struct, frozen=True, kw_only=True):
    """A page to look for links in; of a listing the selector of its links, and its older pages."""

    kind: str
    url: str
    links: str | None = None
    pages: dict[str, object] | None = None

    def lines(self) -> list[str]:
        """As it stands in the declaration."""
        lines = [f"  - {self.kind}: {_said(self.url)}"]
        lines += [f"    links: {_said(self.links)}"] if self.links else []
        return lines + ([f"    pages: {_said(self.pages)}"] if self.pages else [])


class Draft(Struct, frozen=True, kw_only=True):
    """A site as it was guessed."""

    site: str
    name: Guess
    home: str
    match: list[str]
    language: str | None
    seeds: list[SeedDraft]
    allow: list[str]
    deny: list[str]
    variants: list[str]
    title: list[object]
    published: list[object]
    byline: list[object]
    source: list[object]
    zone: Guess
    delay: str | None
    body: Guess
    dropped: Dropped

    def yaml(self) -> str:
        """The declaration."""
        lines = [
            f"site: {_said(self.site)}",
            f"# {self.name.why}",
            f"name: {_said(self.name.value)}",
            f"home: {_said(self.home)}",
            f"match: {_said(self.match)}",
            f"# times that a page prints without a zone are read in this one; {self.zone.why}",
            f"timezone: {self.zone.value}",
        ]
        if self.language:
            lines.append(f"language: {_said(self.language)}")
        lines += ["", "schedule: {every: 1h}", "", "discover:"]
        lines += [line for seed in self.seeds for line in seed.lines()]
        lines += ["", "targets:", "  # learnt from the addresses of the articles that were found"]
        lines += [f"  allow: {_said(self.allow)}"]
        lines += [f"  deny: {_said(self.deny)}"] if self.deny else []
        lines += [
            f"  canonical: {{drop_query: {_said([*TRACKING, *self.variants])}, scheme: keep}}",
            "",
        ]
        lines += [f"fetch: {{delay: {self.delay}}}", ""] if self.delay else []
        lines += ["extract:", f"  # {self.body.why} ({self.body.sure})"]
        lines.append(f"  - body: {_said(self.body.value)}")
        lines += [f"    title: {_said(self.title)}"]
        if self.published:
            lines.append(f"    published: {_said(self.published)}")
        else:
            lines.append("    # no date was found on most pages: name where it stands")
        if self.byline:
            lines.append(f"    byline: {_said(self.byline)}")
        if self.source:
            lines.append(f"    source: {{name: {_said(self.source)}}}")
        for key in ("drop", "drop_text", "end_at"):
            if value := getattr(self.dropped, key):
                lines.append(f"    {key}: {_said(list(value))}")
        return "\n".join(lines) + "\n"


def _said(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return NOT_IN_YAML.sub(lambda one: f"\\u{ord(one[0]):04x}", said)
