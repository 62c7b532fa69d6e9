"""One writer an archive: whoever comes second hands its work to the first, and gets answers."""

from __future__ import annotations

import asyncio
import json
import stat
from contextlib import asynccontextmanager

import pytest

from pipeline.errors import ArchiveLocked
from pipeline.running.errands import Fetching
from pipeline.running.handover import SOCKET, NobodyListens, hand_over
from pipeline.running.working import at_work

LONG = "a-rather-long-name-of-a-folder-in-which-somebody-keeps-archives"


@pytest.fixture
def open_room(tmp_path, settings_of):
    """A workroom as the daemon opens it, serving its socket."""

    @asynccontextmanager
    async def opener(register, folder="archive"):
        settings = settings_of(tmp_path / folder)
        async with at_work(settings, lambda: register, verb="run") as room:
            yield room

    return opener


async def hand(folder, *targets, replay=()):
    heard = []

    async def tell(tidings):
        heard.append(tidings)

    back = await hand_over(folder, Fetching(targets=targets, replay=tuple(replay)), tell)
    return back, [tidings["report"] for tidings in heard if "report" in tidings]


@pytest.mark.parametrize("folder", ["archive", f"{LONG}/{LONG}/{LONG}"], ids=["short", "long"])
async def test_the_one_at_work_fetches_for_the_others_and_both_are_answered(
    folder, press, declare, open_room, dateline, answer, story, tmp_path
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(6)}
    register = declare(press)
    async with open_room(register, folder) as room:

        async def ours(n):
            return (await (await room.flow.look(press.url(f"/news/{n}")))).as_json()

        urls = [press.url(f"/news/{n}") for n in range(3)]
        (code, theirs, talk), *mine = await asyncio.gather(
            dateline("fetch", *urls, archive=tmp_path / folder), *map(ours, range(3, 6))
        )
    assert code == 0, talk
    assert "locked" not in talk
    assert sorted(one["url"] for one in theirs) == urls
    assert {one["change"] for one in (*mine, *theirs)} == {"new"}
    assert press.asked().count("/robots.txt") == 1


async def test_two_commands_at_once_share_the_archive(
    press, declare, dateline, answer, story, tmp_path
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(40)}
    declare(press)
    ends = await asyncio.gather(
        *(
            dateline(
                "fetch", *(press.url(f"/news/{n}") for n in part), archive=tmp_path / "archive"
            )
            for part in (range(20), range(20, 40))
        )
    )
    assert [code for code, *_ in ends] == [0, 0]
    told = [report["url"] for _, reports, _ in ends for report in reports]
    assert sorted(told) == sorted(press.url(f"/news/{n}") for n in range(40))


async def test_the_socket_is_for_its_owner_alone(press, declare, open_room, tmp_path):
    async with open_room(declare(press)):
        mode = (tmp_path / "archive" / SOCKET).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert not (tmp_path / "archive" / SOCKET).exists()


async def test_a_socket_that_a_crash_left_is_replaced(
    press, declare, open_room, answer, story, tmp_path
):
    press.pages["/news/1"] = answer(story())
    (tmp_path / "archive").mkdir()
    left = await asyncio.start_unix_server(lambda *_: None, tmp_path / "archive" / SOCKET)
    left.close()
    await left.wait_closed()
    with pytest.raises(NobodyListens):
        await hand(tmp_path / "archive", press.url("/news/1"))
    async with open_room(declare(press)):
        back, (report,) = await hand(tmp_path / "archive", press.url("/news/1"))
    assert (back.exit_code, report["change"]) == (0, "new")


async def test_a_second_daemon_ends_and_says_who_has_the_archive(
    press, declare, open_room, dateline, tmp_path
):
    register = declare(press)
    async with open_room(register):
        code, said, talk = await dateline("run", "--once", archive=tmp_path / "archive")
        with pytest.raises(ArchiveLocked) as locked:
            async with open_room(register):
                pass
    assert (code, said) == (3, [])
    assert "dateline run (pid " in talk
    assert "Traceback" not in talk
    assert "dateline run (pid " in locked.value.holder


@pytest.mark.parametrize(
    ("targets", "exit_code"),
    [(("harbor",), 2), (("ftp://127.0.0.1/",), 2), (("http:///nothing",), 2)],
)
async def test_a_wrong_errand_is_refused_in_words_and_the_room_goes_on(
    targets, exit_code, press, declare, open_room, answer, story, tmp_path
):
    press.pages["/news/1"] = answer(story())
    async with open_room(declare(press)):
        refused, nothing = await hand(tmp_path / "archive", *targets)
        served, (report,) = await hand(tmp_path / "archive", press.url("/news/1"))
    assert (refused.exit_code, nothing) == (exit_code, [])
    assert targets[0] in refused.error
    assert (served.exit_code, served.error, report["change"]) == (0, None, "new")


NO_ERRANDS = [
    b"",
    b"\n",
    b"not json\n",
    b"[]\n",
    b'"x"\n',
    b"{}\n",
    b'{"targets": null, "replay": []}\n',
    b"\xff\xfe\n",
    b'{"targets": [], "replay": ["/no/such/file"]}\n',
]


@pytest.mark.parametrize("line", NO_ERRANDS, ids=repr)
async def test_what_is_no_errand_is_answered_and_the_room_goes_on(
    line, press, declare, open_room, answer, story, tmp_path
):
    press.pages["/news/1"] = answer(story())
    async with open_room(declare(press)):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "archive" / SOCKET)
        writer.write(line)
        writer.write_eof()
        said = [json.loads(each) for each in (await reader.read()).splitlines()]
        writer.close()
        await writer.wait_closed()
        back, _ = await hand(tmp_path / "archive", press.url("/news/1"))
    assert all(one["exit"] in (2, 3) and one["error"] for one in said)
    assert len(said) == (1 if line else 0)
    assert back.exit_code == 0


async def test_an_errand_whose_sender_went_away_harms_nobody(
    press, declare, open_room, answer, story, tmp_path, evidence
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(20)}
    errand = Fetching(targets=tuple(press.url(f"/news/{n}") for n in range(20)))
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    async with open_room(declare(press)):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "archive" / SOCKET)
        writer.write(json.dumps(errand.as_json()).encode() + b"\n")
        await reader.readline()
        writer.transport.abort()
        back, (report,) = await hand(tmp_path / "archive", press.url("/news/0"))
        assert (back.exit_code, report["change"]) == (0, "same_bytes")
    assert evidence().catalog.counts().captures >= 2
    assert faults == []


async def test_an_errand_that_came_in_time_is_finished_before_the_room_closes(
    press, declare, open_room, answer, story, tmp_path
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(10)}
    async with open_room(declare(press)):
        errand = asyncio.create_task(
            hand(tmp_path / "archive", *(press.url(f"/news/{n}") for n in range(10)))
        )
        await press.hears("/robots.txt")
    back, reports = await errand
    assert (back.exit_code, len(reports)) == (0, 10)


async def test_a_replay_can_be_handed_over(
    press, declare, open_room, open_work, answer, story, tmp_path
):
    press.pages["/news/1"] = answer(story())
    register = declare(press)
    async with open_work(register, folder="other") as work:
        await work.look(press.url("/news/1"))
    (file,) = (tmp_path / "other" / "warc").iterdir()
    async with open_room(register):
        back, reports = await hand(tmp_path / "archive", replay=[file])
    assert back.exit_code == 0
    assert reports[-1]["origin"] == "replay"
    assert reports[-1]["change"] == "new"


async def test_nobody_listens_where_nobody_is_at_work(tmp_path):
    with pytest.raises(NobodyListens):
        await hand(tmp_path, "http://127.0.0.1/")
