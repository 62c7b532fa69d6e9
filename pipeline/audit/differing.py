"""A record as it should be and as it stands → where they differ, with both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audit.faults import Fault, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.archive.records import Record
    from pipeline.audit.stored import Stored


def lines_differ(anew: bytes, stored: Stored) -> Iterator[Found]:
    """The first line in which a metadata record's block is not `anew`."""
    expected, actual = anew.split(b"\r\n"), stored.block.split(b"\r\n")
    for should, does in zip(expected, actual, strict=False):
        if should != does:
            yield differs(
                "line of the metadata record",
                stored,
                should.decode("utf-8", "replace"),
                does.decode("utf-8", "replace"),
            )
            return
    yield differs("lines of the metadata record", stored, str(len(expected)), str(len(actual)))


def head_differs(anew: Record, stored: Stored) -> Iterator[Found]:
    """Field by field what the head should say and says."""
    own_id = ("WARC-Record-ID", f"<{stored.record_id}>")
    expected = [
        own_id if name == "WARC-Record-ID" else (name, value) for name, value in anew.fields
    ]
    spelled = "".join(["WARC/1.1\r\n", *[f"{name}: {value}\r\n" for name, value in expected]])
    if spelled.encode() == stored.head:
        return
    actual = list(stored.fields)
    lacking = [field for field in expected if field not in actual]
    surplus = [field for field in actual if field not in expected]
    if not lacking and not surplus:
        yield differs(
            "spelling of its head", stored, spelled, stored.head.decode("utf-8", "replace")
        )
    for name in dict.fromkeys(name for name, _ in (*lacking, *surplus)):
        should = ", ".join(value for key, value in lacking if key == name)
        does = ", ".join(value for key, value in surplus if key == name)
        yield differs(name, stored, should or "not there", does or "not there")


def differs(what: str, stored: Stored, expected: str, actual: str) -> Found:
    """In `stored`, `what` is not as it should be."""
    return Found(
        kind=Fault.DIFFERS,
        what=what,
        offset=stored.offset,
        record=stored.record_id,
        expected=expected,
        actual=actual,
    )
