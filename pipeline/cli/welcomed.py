"""What was drafted and written of a site → what was found on its pages, what not, what is next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli import terminal
from pipeline.drafting.guess import Sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Document
    from pipeline.workbench.founding import Founded
    from pipeline.workbench.welcoming import Welcome

SHOWN = 100
FIELDS = {"title": "title", "date": "published", "byline": "byline", "source": "source"}


def as_object(welcome: Welcome, founded: Founded) -> dict[str, Any]:
    """The object for scripts; `fields` says on how many of the pages each field was found."""
    draft = welcome.draft
    return {
        "site": draft.site,
        "seeds": [{"kind": seed.kind, "url": seed.url} for seed in draft.seeds],
        "body": draft.body.value,
        "files": [str(path) for path in (founded.config, *founded.fixtures)],
        "pages": len(welcome.pages),
        "read": welcome.well,
        "fields": {key: len(_found(welcome, key)) for key in FIELDS.values()},
        "timezone": draft.zone.value,
    }


def show(welcome: Welcome, founded: Founded) -> None:
    """Lines for people; the talk at the end names what to look at, and what to do."""
    draft = welcome.draft
    for seed in draft.seeds:
        behind = ", and older pages behind it" if seed.pages else ""
        _line(seed.kind, f"{seed.url}{behind}")
    _line("body", f"{', '.join(draft.body.value)}: {draft.body.why}")
    _line("read", f"{welcome.well} of {len(welcome.pages)} pages")
    for word, key in FIELDS.items():
        found = _found(welcome, key)
        if found:
            _line(word, f"on {len(found)} of {len(welcome.pages)} pages: {found[0][:SHOWN]}")
        else:
            terminal.line((f"{word:<9}", "bold"), ("not found", "yellow"))
    _line("timezone", f"{draft.zone.value}: {draft.zone.why}")
    for line in _text(welcome):
        terminal.line("         ", (line, "dim"))
    for path in (founded.config, *founded.fixtures):
        terminal.line(("written  ", "bold green"), _near(path))
    for rival in founded.rivals:
        terminal.say(f"look at {_near(founded.config)}: the site {rival} has its pages too (match)")
    for line in _to_be_looked_at(welcome):
        terminal.say(f"look at {_near(founded.config)}: {line}")
    terminal.say(
        f"next: dateline check, then dateline probe {draft.site}, then dateline fetch {draft.site}"
    )


def _line(word: str, text: str) -> None:
    terminal.line((f"{word:<9}", "bold"), text)


def _found(welcome: Welcome, key: str) -> list[str]:
    values = [getattr(one, key) for one in welcome.read if one is not None]
    return [str(getattr(value, "name", None) or value) for value in values if value]


def _text(welcome: Welcome) -> Iterator[str]:
    """How the text of the first page that was read begins and ends."""
    read = next((one for one in welcome.read if one is not None), None)
    lines = _paragraphs(read) if read is not None else []
    if lines:
        yield f"{len(lines)} paragraphs, the first: {lines[0][:SHOWN]}"
        yield f"the last: {lines[-1][:SHOWN]}"


def _paragraphs(read: Document) -> list[str]:
    return read.text.strip().split("\n\n")[1 if read.title else 0 :]


def _to_be_looked_at(welcome: Welcome) -> Iterator[str]:
    draft = welcome.draft
    if draft.zone.sure is Sure.UNSURE:
        yield f"timezone {draft.zone.value}: {draft.zone.why}"
    if not draft.published:
        yield "no date was found on most pages: name the place where it stands"
    if 2 * welcome.well <= len(welcome.pages):
        yield "its rules find no text on half of the pages: name the body"


def _near(path: Path) -> str:
    """A path as it is written from here, where that is shorter."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
