"""The pages over a real socket: what they say, and that nobody on the other side holds us up."""

import asyncio
import contextlib
import json
import time

import pytest

from pipeline.errors import CannotListen, CatalogAway, Problem
from pipeline.ground.clock import SystemClock
from pipeline.monitoring.pulse import Pulse, State
from pipeline.web import health as health_room
from pipeline.web.admission import Admission
from pipeline.web.application import application, daemons
from pipeline.web.exposition import Exposition
from pipeline.web.health import Health
from pipeline.web.serving import Listening, served

AWAY = CatalogAway("postgresql://***@db/dateline", why="connection refused")


class Asked:
    """The pages of a daemon whose catalog does as it is told."""

    def __init__(self, folder):
        self.pulse = Pulse(folder, SystemClock())
        self.fault = None
        self.catalog_asked = 0
        self.takes_s = 0.0

    def ask_catalog(self):
        self.catalog_asked += 1
        time.sleep(self.takes_s)
        if self.fault is not None:
            raise self.fault

    async def get(self, path, method="GET"):
        """Status, and the body: read as JSON where it is."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        said = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        head, _, body = said.partition(b"\r\n\r\n")
        self.head = head.decode().lower()
        is_json = "application/json" in self.head
        return int(head.split(b" ")[1]), json.loads(body) if is_json else body.decode()


@pytest.fixture
async def pages(tmp_path):
    asked = Asked(tmp_path)
    at = Listening.at("127.0.0.1", 0)
    asked.port = at.socket.getsockname()[1]
    exposition = Exposition(lambda: b"# all of it\n", content_type="text/plain; version=0.0.4")
    health = Health(asked.pulse, asked.ask_catalog)
    app = application(daemons(health, exposition), Admission(token=None))
    async with served(at, app):
        yield asked


@pytest.mark.parametrize("state", State)
async def test_healthz_is_good_in_every_state_while_it_beats(pages, state):
    pages.pulse.turn(state, "some reason")
    assert await pages.get("/healthz") == (200, {"alive": True, "why": None})


async def test_healthz_is_503_when_the_beat_has_stopped(pages):
    pages.pulse._beat_at -= 61
    code, said = await pages.get("/healthz")
    assert (code, said["alive"]) == (503, False)
    assert "no beat for 61 s" in said["why"]


async def test_readyz_says_what_the_daemon_does_and_what_it_refused(pages):
    pages.pulse.turn(State.WATCHING)
    problem = Problem(file="a.yaml", key="nam", value="unknown key", allowed="name")
    pages.pulse.refuse((problem,))
    code, said = await pages.get("/readyz")
    assert (code, said["ready"], said["state"], said["why"]) == (200, True, "watching", None)
    assert said["refused"] == [
        {"file": "a.yaml", "key": "nam", "value": "unknown key", "allowed": "name"}
    ]


@pytest.mark.parametrize("state", [one for one in State if one is not State.WATCHING])
async def test_readyz_is_503_with_the_reason_in_every_other_state(pages, state):
    pages.pulse.turn(state, "cannot write archive: no space")
    code, said = await pages.get("/readyz")
    assert (code, said["ready"], said["state"]) == (503, False, str(state))
    assert said["why"] == "cannot write archive: no space"


async def test_readyz_is_503_when_the_catalog_does_not_answer_and_200_when_it_does_again(pages):
    pages.pulse.turn(State.WATCHING)
    pages.fault = AWAY
    code, said = await pages.get("/readyz")
    assert (code, said["why"]) == (503, str(AWAY))
    pages.fault = None
    assert (await pages.get("/readyz"))[0] == 200


async def test_a_catalog_that_hangs_is_asked_once_and_keeps_nobody_waiting(pages):
    pages.pulse.turn(State.WATCHING)
    pages.takes_s = health_room.PATIENCE_S + 1
    answers = await asyncio.gather(*(pages.get("/readyz") for _ in range(20)))
    assert {code for code, _ in answers} == {503}
    assert "no answer from the catalog" in answers[0][1]["why"]
    assert pages.catalog_asked == 1


async def test_metrics_are_prometheus_text(pages):
    assert await pages.get("/metrics") == (200, "# all of it\n")
    assert "content-type: text/plain; version=0.0.4" in pages.head


async def test_nothing_else_is_there_and_nothing_can_be_written(pages):
    assert (await pages.get("/"))[0] == 404
    assert (await pages.get("/metrics/../../etc/passwd"))[0] == 404
    assert (await pages.get("/readyz", method="POST"))[0] == 405


async def test_it_does_not_say_what_it_is_made_of(pages):
    await pages.get("/healthz")
    assert "server:" not in pages.head


async def test_connections_that_say_nothing_or_half_a_request_hold_no_end_up(tmp_path):
    asked = Asked(tmp_path)
    at = Listening.at("127.0.0.1", 0)
    port = at.socket.getsockname()[1]
    health = Health(asked.pulse, asked.ask_catalog)
    held = []
    began = time.monotonic()
    exposition = Exposition(lambda: b"x" * 10**7, content_type="text/plain")
    async with served(at, application(daemons(health, exposition), Admission(token=None))):
        for said in (b"", b"GET /hea", b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") * 20:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            held.append(writer)
            writer.write(said)
            await writer.drain()
        await asyncio.sleep(0.2)
    assert time.monotonic() - began < 5
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    for writer in held:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def test_a_port_that_is_taken_is_said_with_what_to_do():
    at = Listening.at("127.0.0.1", 0)
    with contextlib.closing(at.socket):
        port = at.socket.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}.*in use.*--listen.*--no-web"):
            Listening.at("127.0.0.1", port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_that_is_not_ours_is_said(host):
    with pytest.raises(CannotListen, match=host):
        Listening.at(host, 0)


def test_an_address_of_six_is_written_with_brackets():
    at = Listening.at("::1", 0)
    with contextlib.closing(at.socket):
        assert at.url == f"http://[::1]:{at.socket.getsockname()[1]}"
