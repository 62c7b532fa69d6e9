"""An archive at work → audited now and then, in a process of its own that only reads.

The evidence alone is looked at: the catalog follows from it, and the daemon is writing it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from msgspec import Struct

from pipeline.errors import FOUND_SOMETHING
from pipeline.ground.clock import moment, stamp
from pipeline.writing.attesting import Timer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from pathlib import Path

    from pipeline.ground.clock import Clock
    from pipeline.settings import Settings

log = structlog.get_logger()

LAST_AUDIT = "last-audit.json"
"""Below the archive: what the last audit of its own found, for those who look on."""

LOOK = timedelta(hours=1)
"""How often it is looked whether an audit is due."""

MOST_KEPT = 100
COMMAND = "from pipeline.cli.start import main; main()"
MOST_TOLD = 3


class LookingBack:
    """Audits the archive of `settings` as often as `dateline.yaml` says, and lets `tell` know.

    The last audit counts, whoever was at work then: a daemon that is started again and again
    audits no more often, and no less.  One that could not be made is put off as one that was.
    """

    def __init__(
        self, settings: Settings, tell: Callable[[bool, str], Awaitable[None]], clock: Clock
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._clock = clock
        self._tried: datetime | None = None

    def timers(self) -> tuple[Timer, ...]:
        """What is to be done beside the fetching, and how often; nothing unless it was asked."""
        every = self._settings.whole.audit.every
        return () if every is None else (Timer("audit", min(every, LOOK), self.audit_if_due),)

    async def audit_if_due(self) -> None:
        """Audit where the last one was so long ago as was asked, or there was none."""
        every, now = self._settings.whole.audit.every, self._clock.now()
        found = last_found(self._settings.archive)
        before = [self._tried] if self._tried else []
        before += [found.at] if found else []
        # what lies ahead was written by a clock that went wrong
        if every is None or any(timedelta(0) <= now - each < every for each in before):
            return
        self._tried = now
        await self.audit()

    async def audit(self) -> None:
        """Audit now.  One that could not be made says so in the log, and nothing of the archive."""
        share = str(self._settings.whole.audit.sample)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", COMMAND, "--json", "--archive", str(self._settings.archive)),
            *("audit", "--no-catalog", "--sample", share),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            raise
        # One that was killed, for want of memory say, may have stopped in the middle of a line.
        if process.returncode not in {0, FOUND_SOMETHING}:
            log.warning("not audited", exit_code=process.returncode, hint="run dateline audit")
            return
        claims = [json.loads(line) for line in said.splitlines()]
        failed = [one for one in claims if one.get("verdict") == "failed" and "subject" in one]
        self._remember(claims, failed)
        log.info("audited", claims=len(claims), failed=len(failed))
        told = "; ".join(_in_short(one) for one in failed[:MOST_TOLD])
        more = f"; and {len(failed) - MOST_TOLD} more" if len(failed) > MOST_TOLD else ""
        await self._tell(process.returncode == 0, f"{told}{more}")

    def _remember(self, claims: list[dict[str, Any]], failed: list[dict[str, Any]]) -> None:
        """Keep what was found; where that cannot be written, the log still has it."""
        counts = Counter((one["check"], one["verdict"]) for one in claims if "subject" in one)
        said = {
            "at": stamp(self._clock.now()),
            "summary": claims[-1] if claims else {},
            "counts": [[check, verdict, many] for (check, verdict), many in sorted(counts.items())],
            "failed": failed[:MOST_KEPT],
        }
        path = self._settings.archive / LAST_AUDIT
        unfinished = path.with_name(path.name + ".new")
        with suppress(OSError):
            unfinished.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
            unfinished.replace(path)


class Found(Struct, frozen=True, kw_only=True):
    """What an audit of its own found in an archive, and when.

    `counts` has (check, verdict, how many); `failed` the first of the claims that failed.
    """

    at: datetime
    verdict: str
    counts: tuple[tuple[str, str, int], ...]
    failed: tuple[dict[str, str], ...]


def last_found(archive: Path) -> Found | None:
    """What the last audit found; None where there was none, or where nobody can read it."""
    try:
        said = json.loads((archive / LAST_AUDIT).read_bytes())
        return Found(
            at=moment(said["at"]),
            verdict=str(said["summary"]["verdict"]),
            counts=tuple((str(one), str(two), int(many)) for one, two, many in said["counts"]),
            failed=tuple(said["failed"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _in_short(claim: dict[str, str]) -> str:
    """A claim that failed, and what stands in place of what should."""
    return f"{claim['check']}: {claim['subject']}: {claim['actual']}"
