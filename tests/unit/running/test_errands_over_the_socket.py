"""Work for the process that writes the archive, over `<archive>/daemon.sock`."""

import asyncio
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import NoSuchSite
from pipeline.running.errands import Fetching, Stamping, errand_of
from pipeline.running.handover import SOCKET, HandedBack, NobodyListens, hand_over, serving

texts = st.text(st.characters(exclude_categories=("Cs",)))
errands = st.just(Stamping()) | st.builds(
    lambda **fields: Fetching(**fields),
    targets=st.lists(texts).map(tuple),
    replay=st.lists(texts.filter(lambda text: "\0" not in text).map(Path)).map(tuple),
)


@pytest.fixture
async def heard():
    """What the loop has to say of exceptions that nobody took."""
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, what: told.append(what))
    yield told
    await asyncio.sleep(0)


class Clerk:
    """Runs errands by telling each target; `ends` is the exit code, or what is raised."""

    def __init__(self, ends=0):
        self.ends = ends
        self.ran = []
        self.told = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def run(self, errand, tidings):
        self.ran.append(errand)
        for target in errand.targets:
            await self.go_on.wait()
            await tidings({"report": {"url": target}})
            self.told += 1
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends


async def said(archive, line):
    """What is answered to `line`, whatever that is."""
    reader, writer = await asyncio.open_unix_connection(str(archive / SOCKET))
    writer.write(line)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return [json.loads(one) for one in answer.splitlines()]


@given(errands)
def test_an_errand_reads_what_it_prints(errand):
    assert errand_of(json.loads(json.dumps(errand.as_json()))) == errand


@pytest.mark.parametrize("code", [0, 1])
async def test_reports_come_back_in_order_and_then_the_exit_code(tmp_path, code):
    clerk, heard = Clerk(code), []

    async def tidings(message):
        heard.append(message["report"]["url"])

    errand = Fetching(targets=tuple(f"http://x/{n}" for n in range(100)), replay=(Path("/a"),))
    async with serving(tmp_path, clerk.run):
        assert await hand_over(tmp_path, errand, tidings) == HandedBack(code, None)
    assert clerk.ran == [errand]
    assert heard == list(errand.targets)


async def test_an_error_comes_back_with_its_own_code_and_words(tmp_path, heard):
    refusal = NoSuchSite("harbor", known=("harbour",), meant="harbour")
    async with serving(tmp_path, Clerk(refusal).run):
        back = await hand_over(tmp_path, Fetching(targets=()), None)
    assert back == HandedBack(2, str(refusal))
    assert heard == []


async def test_only_its_owner_may_talk_to_the_socket(tmp_path):
    async with serving(tmp_path, Clerk().run):
        assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600


async def test_a_socket_goes_with_who_serves_it_and_one_left_by_a_crash_is_replaced(tmp_path):
    (tmp_path / SOCKET).touch()
    async with serving(tmp_path, Clerk().run):
        assert (await hand_over(tmp_path, Fetching(targets=()), None)).exit_code == 0
    assert not (tmp_path / SOCKET).exists()


@pytest.mark.parametrize("left", ["nothing", "a file", "a dead socket"])
async def test_where_nobody_serves_nobody_listens(tmp_path, left):
    if left == "a file":
        (tmp_path / SOCKET).touch()
    elif left == "a dead socket":
        server = await asyncio.start_unix_server(lambda *_: None, str(tmp_path / SOCKET))
        server.close()
        await server.wait_closed()
    with pytest.raises(NobodyListens):
        await hand_over(tmp_path, Fetching(targets=()), None)


async def test_an_archive_may_lie_deeper_than_a_sockets_address_reaches(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-name-of-a-folder"] * 6)
    deep.mkdir(parents=True)
    async with serving(deep, Clerk().run):
        assert (await hand_over(deep, Fetching(targets=()), None)).exit_code == 0
    assert list(deep.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            b"\n",
            b"GET / HTTP/1.1\r\n",
            b"{}\n",
            b"[]\n",
            b"null\n",
            b"\xff\xfe\n",
            b'{"targets": []',
        ),
        *(b'{"targets": 1, "replay": []}\n', b'{"targets": [], "replay": [1]}\n'),
    ],
)
async def test_what_is_no_errand_is_2_and_disturbs_nobody(tmp_path, heard, line):
    clerk = Clerk()
    async with serving(tmp_path, clerk.run):
        (answer,) = await said(tmp_path, line)
        assert (await hand_over(tmp_path, Fetching(targets=()), None)).exit_code == 0
    assert answer["exit"] == 2
    assert answer["error"]
    assert len(clerk.ran) == 1
    assert heard == []


async def test_who_says_nothing_is_told_nothing(tmp_path, heard):
    async with serving(tmp_path, Clerk().run):
        assert await said(tmp_path, b"") == []
    assert heard == []


async def test_an_errand_under_way_is_finished_before_the_archive_is_given_back(tmp_path):
    clerk, urls = Clerk(), []

    async def tidings(message):
        urls.append(message["report"]["url"])

    clerk.go_on.clear()
    async with serving(tmp_path, clerk.run):
        asked = asyncio.create_task(hand_over(tmp_path, Fetching(targets=("a", "b")), tidings))
        await until(lambda: clerk.ran)
        asyncio.get_running_loop().call_later(0.05, clerk.go_on.set)
    assert (await asked).exit_code == 0
    assert urls == ["a", "b"]


async def test_who_leaves_in_the_middle_leaves_no_noise(tmp_path, heard):
    """Control-C in the command is no fault of the daemon."""
    clerk = Clerk()
    clerk.go_on.clear()
    async with serving(tmp_path, clerk.run):
        _, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET))
        errand = Fetching(targets=tuple("abcdefgh"))
        writer.write(json.dumps(errand.as_json()).encode() + b"\n")
        await until(lambda: clerk.ran)
        writer.transport.abort()
        await asyncio.sleep(0.01)
        clerk.go_on.set()
        await asyncio.sleep(0.05)
    assert heard == []


@pytest.mark.parametrize(
    "last_words", [b"", b'{"report": {"url'], ids=["no answer", "the middle of a line"]
)
async def test_a_daemon_that_ends_without_a_whole_answer_is_nobody(tmp_path, last_words):
    async def hang_up(reader, writer):
        await reader.readline()
        writer.write(last_words)
        writer.close()

    server = await asyncio.start_unix_server(hang_up, str(tmp_path / SOCKET))
    with pytest.raises(NobodyListens):
        await hand_over(tmp_path, Fetching(targets=()), None)
    server.close()
    await server.wait_closed()


async def until(happened):
    for _ in range(1000):
        if happened():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never happened")


@pytest.mark.parametrize("fault", [ValueError("no such thing"), RuntimeError("no such thing")])
async def test_an_errand_over_which_its_runner_breaks_is_handed_over_once(tmp_path, heard, fault):
    """What cannot be read is the asker's fault, this is not; the fault itself goes to the log."""
    clerk = Clerk(fault)
    async with serving(tmp_path, clerk.run):
        back = await hand_over(tmp_path, Fetching(targets=()), None)
    assert back.exit_code == 3
    assert "no such thing" in back.error
    assert "cannot be read" not in back.error
    assert [one["exception"] for one in heard] == [fault]
