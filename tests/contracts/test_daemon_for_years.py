"""What `dateline run` promises over months: it reloads, pauses, goes on, and ends when it is told.

Real processes, real sockets on loopback; a disk is full when no file of the process may grow.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ENDS_WITHIN_S = 10
SOON_S = 40  # patience on a machine that is much slower than it should be
NO_LIMIT = resource.RLIM_INFINITY


class Running:
    """A daemon in a process of its own: what it tells, what it logs, and its web page."""

    def __init__(self, process):
        self.process = process
        self.reports, self.talk = [], []
        self._news = asyncio.Condition()
        self._reading = [
            asyncio.create_task(self._read(process.stdout, self.reports)),
            asyncio.create_task(self._read(process.stderr, self.talk)),
        ]

    async def _read(self, stream, into):
        async for line in stream:
            with contextlib.suppress(ValueError):
                into.append(json.loads(line))
            if not line.startswith(b"{"):
                into.append({"event": "said", "words": line.decode().strip()})
            async with self._news:
                self._news.notify_all()

    async def until(self, holds):
        """Wait for something that was told or logged: the first true value of `holds`."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(holds), SOON_S)
        return holds()

    async def logged(self, event, *, after=0):
        """The first line of log with that event, from number `after` on."""
        return await self.until(
            lambda: next((one for one in self.talk[after:] if one.get("event") == event), None)
        )

    async def told(self, url):
        """The first report on `url`."""
        return await self.until(
            lambda: next((one for one in self.reports if one.get("url") == url), None)
        )

    async def ask(self, path):
        """Status and body of a page of its own."""
        url = (await self.logged("listening"))["url"] + path

        def get():
            try:
                with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.read().decode()

        return await asyncio.to_thread(get)

    async def ready(self):
        """What `/readyz` says, with its status as `code`."""
        code, body = await self.ask("/readyz")
        return {"code": code, **json.loads(body)}

    async def comes_to(self, **wanted):
        """Wait until `/readyz` says so."""
        deadline = time.monotonic() + SOON_S
        while (said := await self.ready()) | wanted != said:
            assert time.monotonic() < deadline, said
            await asyncio.sleep(0.2)
        return said

    async def end(self, ending=signal.SIGTERM, *, code=0):
        """Tell it to end, which it does in time; how long it took."""
        began = time.monotonic()
        self.process.send_signal(ending)
        assert await asyncio.wait_for(self.process.wait(), ENDS_WITHIN_S + 1) == code, self.talk
        took = time.monotonic() - began
        await asyncio.gather(*self._reading)
        assert took < ENDS_WITHIN_S
        return took

    def room(self, octets):
        """From now on no file of the process may grow beyond that; it may be given more again."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (octets, NO_LIMIT))


@pytest.fixture
async def run(spawn, tmp_path):
    running = []

    async def start(*arguments):
        process = await spawn(
            "run", "--json", "--listen", "127.0.0.1:0", *arguments, archive=tmp_path / "archive"
        )
        running.append(Running(process))
        return running[-1]

    yield start
    for one in running:
        if one.process.returncode is None:
            one.process.kill()
            await one.process.wait()
        await asyncio.gather(*one._reading)


def listing(answer, *numbers):
    links = "".join(f"<a class=story href=/news/{n}>story {n}</a>" for n in numbers)
    return answer(f"<html><body>{links}</body></html>")


@pytest.fixture
def harbour(press, declare, answer, story):
    """A site with one story, polled every second."""
    press.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    declare(press, schedule={"every": "1s", "revisit": "never"})
    return press


# --- reloading --------------------------------------------------------------------------------


async def test_a_new_site_is_polled_and_a_removed_one_is_not_without_a_restart(
    harbour, run, declare, open_press, answer, configs
):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    island = await open_press()
    island.pages["/"] = listing(answer)
    declare(island, site="island")
    assert (await daemon.told(island.url("/")))["site"] == "island"
    (configs / "harbour.yaml").unlink()
    assert (await daemon.logged("no longer declared"))["sites"] == ["harbour"]
    await asyncio.sleep(1)
    asked = len(harbour.heads)
    await asyncio.sleep(3)
    assert len(harbour.heads) <= asked + 1
    await daemon.end()


async def test_a_changed_declaration_takes_effect_and_drops_no_look_under_way(
    press, declare, run, answer, story, say
):
    whole = answer(story())
    press.pages |= {"/": listing(answer, 1), "/news/1": say(whole[:200], "hang")}
    register = {"schedule": {"every": "1h", "revisit": "never"}}
    declare(press, fetch={"delay": "0s", "timeout": "15s", "attempts": 1}, **register)
    daemon = await run()
    await press.hears("/news/1")
    other = [{"listing": press.url("/other"), "links": "a.story"}]
    press.pages["/other"] = listing(answer, 2)
    press.pages["/news/2"] = answer(story(title="Two"))
    declare(press, discover=other, **register)
    assert (await daemon.told(press.url("/other")))["outcome"] == "captured"
    assert (await daemon.told(press.url("/news/1")))["reason"] == "timeout"
    await daemon.end()


async def test_an_invalid_declaration_is_named_everywhere_and_the_old_one_stays_in_force(
    harbour, run, declare, dateline, tmp_path
):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    misspell(tmp_path)
    line = await daemon.logged("config refused")
    assert (line["key"], line["value"], line["level"]) == ("nam", "unknown key", "error")
    assert line["file"].endswith("harbour.yaml")
    assert "did you mean name" in line["allowed"]
    said = await daemon.ready()
    assert said["code"] == 200
    assert [one["key"] for one in said["refused"]] == ["nam"]
    code, (row,), _ = await dateline("sites", archive=tmp_path / "archive")
    assert (code, bool(row["problems"])) == (1, True)
    asked = len(harbour.asked("/"))
    await daemon.until(lambda: len(harbour.asked("/")) > asked + 1)
    declare(harbour, schedule={"every": "1s", "revisit": "never"})
    await daemon.comes_to(refused=[])
    await daemon.end()


def misspell(tmp_path):
    path = tmp_path / "configs" / "harbour.yaml"
    path.write_text(path.read_text().replace('"name"', '"nam"'))


async def test_sighup_reloads_at_once(harbour, run, configs):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    path = configs / "harbour.yaml"
    path.write_text(path.read_text().replace("The Harbour", "The Old Harbour"))
    daemon.process.send_signal(signal.SIGHUP)
    assert (await daemon.logged("declared"))["sites"] == ["harbour"]
    await daemon.end()


async def test_a_change_of_dateline_yaml_takes_effect_and_an_invalid_one_is_refused(
    harbour, run, tmp_path
):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    whole = tmp_path / "dateline.yaml"
    whole.write_text("contact: keeper@harbour.example\n")
    await daemon.logged("dateline.yaml has changed")
    await daemon.until(lambda: any("keeper@" in head for head in harbour.heads[-2:]))
    whole.write_text("contct: x\n")
    assert (await daemon.logged("config refused"))["key"] == "contct"
    whole.write_text("contact: keeper@harbour.example\nledger: {origin: other.example/log}\n")
    await daemon.until(lambda: any(one.get("key") == "ledger.origin" for one in daemon.talk))
    assert "stop the daemon" in (await daemon.ready())["refused"][0]["allowed"]
    await daemon.end()


async def test_the_sites_that_were_named_stay_the_only_ones(
    harbour, run, declare, open_press, answer, configs
):
    island = await open_press()
    island.pages["/"] = listing(answer)
    daemon = await run("harbour")
    await daemon.told(harbour.url("/news/1"))
    declare(island, site="island")
    await daemon.logged("declared")
    (configs / "harbour.yaml").unlink()
    assert (await daemon.logged("nothing to watch"))["sites"] == ["harbour"]
    assert island.heads == []
    await daemon.end()


# --- pausing ----------------------------------------------------------------------------------


async def test_a_full_disk_pauses_it_and_it_goes_on_by_itself(
    harbour, run, answer, story, evidence
):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    harbour.pages |= {"/": listing(answer, 1, 2), "/news/2": answer(story(title="Two"))}
    daemon.room(0)
    line = await daemon.logged("paused")
    assert line["level"] == "error"
    assert "File too large" in line["why"] or "disk" in line["why"]
    assert "by itself" in line["hint"]
    said = await daemon.comes_to(state="paused")
    assert (said["code"], said["why"]) == (503, line["why"])
    assert (await daemon.ask("/healthz"))[0] == 200
    await asyncio.sleep(6)  # a second try that fails as the first is no news
    assert [one["event"] for one in daemon.talk].count("paused") <= 2
    daemon.room(NO_LIMIT)
    assert (await daemon.logged("going on"))["paused_s"] > 5
    assert (await daemon.told(harbour.url("/news/2")))["change"] == "new"
    await daemon.comes_to(state="watching", code=200)
    assert 'dateline_state{state="watching"} 1.0' in (await daemon.ask("/metrics"))[1]
    await daemon.end()
    kept = {record.record_id for record in evidence().records}
    assert {one["record"] for one in daemon.reports} <= kept
    evidence().judge()


@pytest.fixture
def tiny(tmp_path):
    """The archive's folder on a file system of its own, where this machine lets us have one."""
    folder = tmp_path / "archive"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("tmpfs cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


async def test_no_space_left_is_felt_by_others_until_there_is_some(
    harbour, run, dateline, tiny, tmp_path
):
    (tmp_path / "dateline.yaml").write_text("least_free: 1B\n")
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    ballast = tiny / "ballast"
    with contextlib.suppress(OSError):
        ballast.write_bytes(b"x" * 2**23)
    line = await daemon.logged("paused")
    _, (row,), talk = await dateline("sites", archive=tiny)
    assert row["paused"] == line["why"]
    assert "the daemon is paused since" in talk
    ballast.unlink()
    await daemon.logged("going on")
    _, (row,), _ = await dateline("sites", archive=tiny)
    assert row["paused"] is None
    await daemon.end()


async def test_a_signal_in_a_pause_ends_it_at_once(harbour, run):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    daemon.room(0)
    await daemon.logged("paused")
    assert await daemon.end() < 5


async def test_too_little_room_pauses_it_before_a_write_fails(harbour, run, tmp_path):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    (tmp_path / "dateline.yaml").write_text("least_free: 1000000000GB\n")
    line = await daemon.logged("paused")
    assert "are free there" in line["why"]
    assert "least_free" in line["why"]
    assert not list((tmp_path / "archive" / "warc").glob("*.open")), "it was closed in order"
    await daemon.end()


@pytest.mark.usefixtures("harbour")
async def test_at_the_start_too_little_room_is_3(dateline, tmp_path):
    (tmp_path / "dateline.yaml").write_text("least_free: 1000000000GB\n")
    code, said, talk = await dateline("run", archive=tmp_path / "archive")
    assert (code, said) == (3, [])
    assert "least_free" in talk


async def test_an_archive_that_somebody_takes_in_a_pause_is_waited_for(harbour, run, tmp_path):
    from pipeline.archive.lock import one_writer  # noqa: PLC0415 - the other process, for once us

    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    daemon.room(0)
    await daemon.logged("paused")
    with one_writer(tmp_path / "archive", verb="fetch", recovers=False):
        daemon.room(NO_LIMIT)
        await daemon.until(lambda: any("being written by" in str(one) for one in daemon.talk))
    await daemon.logged("going on")
    await daemon.end()


# --- ending -----------------------------------------------------------------------------------


async def test_a_catalog_that_somebody_holds_keeps_no_end_up(harbour, run, tmp_path):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    with contextlib.closing(sqlite3.connect(tmp_path / "archive" / "catalog.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = len(harbour.asked("/"))
        await asyncio.sleep(3)
        assert (await daemon.ask("/healthz"))[0] == 200
        assert len(harbour.asked("/")) <= asked + 1
        await daemon.end(code=3)
        assert any("something hangs" in one.get("words", "") for one in daemon.talk)


async def test_a_signal_ends_it_in_time_with_everything_under_way_at_once(
    open_press, declare, run, answer, say, tmp_path
):
    presses = [await open_press() for _ in range(8)]
    slow = say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour", "hang")
    for number, press in enumerate(presses):
        press.pages["/"] = listing(answer, *range(8))
        press.pages |= {f"/news/{n}": slow for n in range(8)}
        fetch = {"delay": "0s", "timeout": "60s", "concurrency": 8, "attempts": 1}
        declare(press, site=f"site-{number}", fetch=fetch)
    daemon = await run()
    url = (await daemon.logged("listening"))["url"]
    for press in presses:
        await press.hears("/news/7")
    host, port = url.removeprefix("http://").split(":")
    held = [(await asyncio.open_connection(host, int(port)))[1] for _ in range(20)]
    for writer in held:
        writer.write(b"GET /metrics HTT")
    for press in presses[:2]:  # not by the command, which would take the archive over at the end
        _, writer = await asyncio.open_unix_connection(tmp_path / "archive" / "daemon.sock")
        urls = [press.url(f"/news/{n}") for n in range(8)]
        writer.write(
            json.dumps({"errand": "fetch", "targets": urls, "replay": []}).encode() + b"\n"
        )
        held.append(writer)
    await asyncio.sleep(3)
    code, text = await daemon.ask("/metrics")
    assert (code, "dateline_under_way 0.0" in text) == (200, False)
    await daemon.end()
    for writer in held:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    assert not list((tmp_path / "archive" / "warc").glob("*.open"))


# --- backup -----------------------------------------------------------------------------------


def key_alone(folder):
    """A user's folder with our keys as somebody keeps them elsewhere, and nothing beside them."""
    keys = Path("dateline") / "keys"
    (folder / keys).mkdir(parents=True)
    for path in (Path(os.environ["XDG_CONFIG_HOME"]) / keys).glob("*.key"):
        shutil.copy(path, folder / keys)
    return folder


async def test_a_backup_that_is_made_while_it_runs_is_an_archive(
    harbour, run, answer, story, tmp_path
):
    """By the commands of docs/operations.md, while pages keep coming."""
    harbour.pages |= {"/": listing(answer, *range(40))}
    harbour.pages |= {f"/news/{n}": answer(story(title=f"No. {n}")) for n in range(40)}
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    operations = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    (script,) = re.findall(r"```sh\n(mkdir backup\n.*?)```", operations, re.DOTALL)
    copying = await asyncio.create_subprocess_exec(
        *("sh", "-e", "-c", script),
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(key_alone(tmp_path / "elsewhere")),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(copying.communicate(), SOON_S)
    assert copying.returncode == 0, said.decode()
    await daemon.end()


# --- the web page -----------------------------------------------------------------------------


async def test_a_port_that_is_taken_is_3_and_a_taken_archive_is_said_first(
    harbour, run, dateline, tmp_path
):
    daemon = await run()
    taken = (await daemon.logged("listening"))["url"].removeprefix("http://")
    await daemon.told(harbour.url("/news/1"))
    code, _, talk = await dateline("run", "--listen", taken, archive=tmp_path / "archive")
    assert (code, "being written by dateline run" in talk) == (3, True)
    code, _, talk = await dateline("run", "--listen", taken, archive=tmp_path / "another")
    assert (code, f"cannot serve the web page at {taken}" in talk) == (3, True)
    assert "--no-web" in talk
    await daemon.end()


async def test_metrics_count_what_was_looked_at(harbour, run):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    _, text = await daemon.ask("/metrics")
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert float(values['dateline_looks_total{outcome="captured",role="target"}']) == 1
    assert float(values['dateline_changes_total{change="new"}']) == 1
    assert float(values['dateline_bytes_total{direction="received"}']) > 500
    assert float(values["dateline_documents"]) == 1
    assert float(values["dateline_last_checkpoint_age_seconds"]) < 60
    assert "harbour" not in text, "nothing is told apart by site"
    await daemon.end()


async def test_each_look_is_a_line_of_log(harbour, run):
    daemon = await run()
    await daemon.told(harbour.url("/news/1"))
    looks = [one for one in daemon.talk if one["event"] == "look"]
    assert looks
    assert looks[0].keys() >= {"site", "url", "visit", "role", "outcome", "duration_s", "timestamp"}
    await daemon.end()
