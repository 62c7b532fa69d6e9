"""Whoever asks for robots.txt's leave is given it by robots.txt, and by no fault of ours."""

from datetime import UTC, datetime

import pytest

from pipeline.frontier.leave import Leave
from pipeline.ground.clock import SystemClock
from pipeline.model import Capture, Captured, Look, Origin, Role, Step, Target, Visit
from pipeline.sites.register import generic_site

URL = "https://news.example/1"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Answering:
    """A fetcher to which every host answers, with nothing."""

    async def look(self, visit, _config, **_):
        asked = visit.target.requested
        capture = Capture(visit=visit.id, url=asked, attempt=1, began_at=NOON)
        return Look((Step(capture, Captured()),))


class Breaking:
    """A scribe who can write nothing down."""

    async def submit(self, _write):
        raise ValueError("no such thing")


async def test_a_fault_in_writing_robots_txt_down_is_raised_and_no_leave():
    site = generic_site()
    leave = Leave(
        Breaking(),
        None,
        register=lambda: None,
        fetcher=Answering(),
        clock=SystemClock(),
        agent="Dateline",
        origin=Origin.LIVE,
    )
    target = Target(url=URL, requested=URL)
    visit = Visit(id="0" * 32, site=None, role=Role.TARGET, target=target, due_at=NOON)
    with pytest.raises(ValueError, match="no such thing"):
        await leave.asked_by(site, visit, insists=False)(URL)
