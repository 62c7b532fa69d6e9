"""A daemon's audit of its own archive: made beside it, and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from pipeline.model import Digest
from pipeline.monitoring.looking_back import LookingBack
from pipeline.settings import AuditConfig


@pytest.fixture
def look_back():
    """Audit the archive of an open work: what was told."""

    async def run(work):
        told = []

        async def tell(is_sound, detail):
            told.append((is_sound, detail))

        await LookingBack(work.settings, tell, work.clock).audit()
        return told

    return run


async def test_a_sound_archive_is_told_to_be_while_it_is_written(
    press, declare, open_work, answer, story, look_back
):
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        assert await look_back(work) == [(True, "")]


@pytest.mark.damages
async def test_what_is_wrong_is_told_by_its_name(
    press, declare, open_work, answer, story, look_back
):
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/news/1"))
        path = work.settings.archive / report["document"]["path"]
        path.write_bytes(path.read_bytes().replace(b"ferry", b"barge"))
        altered = Digest.of(path.read_bytes())
        ((is_sound, detail),) = await look_back(work)
    assert not is_sound
    assert detail == f"texts: digest of entry {report['entry'] + 1}: {altered}"


async def test_an_audit_that_is_killed_in_the_middle_of_a_line_says_nothing_of_the_archive(
    press, declare, open_work, look_back, tmp_path, monkeypatch
):
    """As the kernel does for want of memory; Python runs this before all else."""
    killed = """import os
os.write(1, b'{"verdict": "fai')
os.kill(os.getpid(), 9)
"""
    (tmp_path / "sitecustomize.py").write_text(killed)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with open_work(declare(press)) as work:
        assert await look_back(work) == []


async def test_nobody_is_audited_who_has_not_asked(press, declare, open_work):
    async with open_work(declare(press)) as work:
        assert LookingBack(work.settings, None, work.clock).timers() == ()
        audit = AuditConfig(every=timedelta(days=7))
        asked = replace(
            work.settings, whole=work.settings.whole.model_copy(update={"audit": audit})
        )
        (timer,) = LookingBack(asked, None, work.clock).timers()
    assert (timer.name, timer.every) == ("audit", timedelta(hours=1))


async def test_an_archive_is_audited_as_often_as_asked_whoever_is_started_how_often(
    press, declare, open_work
):
    async with open_work(declare(press)) as work:
        audit = AuditConfig(every=timedelta(days=7))
        whole = work.settings.whole.model_copy(update={"audit": audit})
        asked, told = replace(work.settings, whole=whole), []

        async def tell(is_sound, _detail):
            told.append(is_sound)

        for hours in (0, 1, 24, 100, 42, 1, 167):
            work.clock.advance(hours=hours)
            await LookingBack(asked, tell, work.clock).audit_if_due()
            told.append(hours)
    assert told == [True, 0, 1, 24, 100, 42, True, 1, 167]
