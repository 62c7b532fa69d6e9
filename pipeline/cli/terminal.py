"""What the terminal shows: colours, marks and lines, the same for every verb.

stdout is data, stderr is talk.  Colour goes away by itself where nobody can see it.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from pipeline.ground.hidden import HIDDEN, as_json

# A table that is piped somewhere is not cut to the width of a terminal that is not there.
WIDE = 10_000
DATA = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
TALK = Console(stderr=True, highlight=False, soft_wrap=True)

STYLES = {
    "new": "bold green",
    "changed": "bold yellow",
    "same_text": "dim",
    "same_bytes": "dim",
    "not_modified": "dim",
    "captured": "green",
    "gone": "bold magenta",
    "blocked": "bold red",
    "failed": "red",
    "skipped": "cyan",
    "redirected": "dim",
    "retried": "dim",
    "technical": "blue",
}
WIDEST = max(map(len, STYLES))

SPACES = dict.fromkeys(map(ord, "\n\r\t"), " ")
MOST_IN_LINE = 300
"""Characters of a title, an address or a name that people are shown; a page can give millions."""


def say(text: str) -> None:
    """A line for people, on stderr."""
    TALK.print(escape(safe(text)))


def complain(text: str) -> None:
    """What went wrong, on stderr."""
    TALK.print(Text.assemble(("dateline: ", "bold red"), safe(text, lines=True)))


def complain_of_ourselves(error: Exception) -> None:
    """A fault of the program's own: where it happened, in one line, and what is certain."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    complain(
        f"a fault of ours: {type(error).__name__}: {error} ({where.filename}:{where.lineno}).\n"
        "What was told as archived is durable; start again, and please report this line"
    )


def emit(value: dict[str, Any]) -> None:
    """One JSON object on stdout, at once."""
    sys.stdout.write(as_json(value) + "\n")
    sys.stdout.flush()


def line(*parts: str | tuple[str, str]) -> None:
    """A line of data on stdout, its parts plain or (text, style)."""
    DATA.print(Text.assemble(*(_safe_part(part) for part in parts)))


def mark(word: str) -> tuple[str, str]:
    """An outcome or change as the first column of a line."""
    return word.replace("_", " ").ljust(WIDEST), STYLES.get(word, "")


def safe(text: str, *, lines: bool = False) -> str:
    """`text` without what would move the cursor or turn the line; line ends stay with `lines`."""
    if lines:
        return "\n".join(safe(part) for part in text.split("\n"))
    return HIDDEN.sub("", text.translate(SPACES))


def short(text: str) -> str:
    """`text` where it has an end; else its beginning, and how much more there is."""
    left_out = len(text) - MOST_IN_LINE
    return text if left_out <= 0 else f"{text[:MOST_IN_LINE]} … ({left_out:,} more characters)"


def silence() -> None:
    """Give stdout to nobody, so that the interpreter's last flush does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _safe_part(part: str | tuple[str, str]) -> str | tuple[str, str]:
    return safe(part) if isinstance(part, str) else (safe(part[0]), part[1])
