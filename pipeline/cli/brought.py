"""Files that a checker brings → what an audit or the check of a bundle holds things against."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import typer

from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.notes import VerifyKey, read_note
from pipeline.ledger.policy import WitnessPolicy, parse_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.ledger.stamps import Trust

T = TypeVar("T")

MOST_OCTETS = 1 << 20
"""None of these files comes near it."""


def vkey_in(path: Path) -> VerifyKey:
    """The verification key in a file of one line."""
    return _read(path, "--vkey", lambda octets: VerifyKey.parse(octets.decode().strip()))


def pin_in(path: Path | None) -> bytes | None:
    """A signed checkpoint that was kept, octet for octet."""

    def checked(octets: bytes) -> bytes:
        Checkpoint.parse(read_note(octets).text)
        return octets

    return None if path is None else _read(path, "--pin", checked)


def trust_in(path: Path | None) -> Trust | None:
    """The certificates of a time stamping authority."""
    if path is None:
        return None
    from pipeline.ledger.stamps import Trust  # noqa: PLC0415 - slow to load: it reads certificates

    return _read(path, "--tsa-cert", Trust.read)


def policy_in(path: Path | None) -> WitnessPolicy | None:
    """Whose cosignatures count."""
    return None if path is None else _read(path, "--witness-policy", parse_policy)


def _read(path: Path, option: str, read: Callable[[bytes], T]) -> T:
    try:
        with path.open("rb") as file:
            # what is longer than any of these is cut, and then is none of these
            return read(file.read(MOST_OCTETS))
    except OSError as error:
        raise typer.BadParameter(f"{option} {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise typer.BadParameter(f"{option} {path}: {error}") from error
