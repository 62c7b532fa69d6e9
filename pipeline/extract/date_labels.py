"""The dates of a line, and the lines around it → what each is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.appointments import is_appointment, is_of_book, is_of_law, is_passing
from pipeline.extract.labels import Label, is_label, is_place, is_span, label_of
from pipeline.ground.late import late

if TYPE_CHECKING:
    from pipeline.extract.standing import Line

    Dated = tuple[int, int, tuple[str, ...], bool]

PLACED = 2
"""Lines behind an event's day, its clock time among them, in which its place is said."""
YEAR = late(r"(?:19|20)\d\d")


def labels_in(line: Line, here: list[Dated], above: str) -> list[Label | None]:
    """What is said of each date in a line; `above` is the line before it, which has none."""
    labels: list[Label | None] = []
    after = 0
    for start, end, *_ in here:
        label = label_of(line.text, start, end, after=after)
        if label is None and above and start - after <= len("Date — "):
            label = is_label(above)
        labels.append(Label.OTHER if _is_of_others(line, start, end, label) else label)
        after = end
    if line.revised and Label.REVISED not in labels:
        return [label or Label.REVISED for label in labels]
    return labels


def _is_of_others(line: Line, start: int, end: int, label: Label | None) -> bool:
    """Whether a date is an end of a span, an appointment, or a book's that is spoken of."""
    if is_span(line.text, start, end) or is_of_law(line.text):
        return True
    if label is None and is_passing(line.text, start):
        return True
    if label is Label.PUBLISHED and is_of_book(line.text):
        return True
    return (
        label is None
        and not line.machine
        and is_appointment(line.text, start, end, marked=line.dated)
    )


def is_bare(line: Line, labels: list[Label | None]) -> bool:
    """Whether nothing says what a line's dates are: behind another fact's they are facts too."""
    return not (any(labels) or line.dated or line.machine)


def is_placed(behind: list[Line]) -> bool:
    """Whether the lines behind a day say where it happens, before another day stands in them."""
    for line in behind:
        if is_place(line.text):
            return True
        if YEAR.search(line.text):
            return False
    return False
