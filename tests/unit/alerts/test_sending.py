"""Apprise over real sockets: taken or not, in time, and without a word of what is secret."""

import io
import logging
import subprocess
import sys
import time

import pytest

from pipeline.alerts.messages import Message, Tone
from pipeline.alerts.sending import is_address, send

TOLD = Message(subject="Dateline: 2 new", body="- new [port] Ferry runs again\n  …", tone=Tone.NEWS)


async def test_a_receiver_takes_subject_body_and_tone(mailroom):
    assert await send(mailroom.to("desk"), TOLD) is None
    (taken,) = mailroom.taken["desk"]
    assert (taken["title"], taken["message"], taken["type"]) == (TOLD.subject, TOLD.body, "info")


@pytest.mark.parametrize("status", [500, 404, 429])
async def test_one_that_answers_otherwise_has_not_taken_it(mailroom, status):
    mailroom.says["desk"] = status
    assert await send(mailroom.to("desk"), TOLD) == f"answered with status {status}"


async def test_one_that_is_down_has_not_taken_it(mailroom, unused_tcp_port):
    assert await send(mailroom.to("desk", unused_tcp_port), TOLD) == "not taken"


async def test_one_that_does_not_answer_is_not_waited_for(mailroom):
    mailroom.sleeping.add("desk")
    began = time.monotonic()
    assert await send(mailroom.to("desk"), TOLD, patience_s=0.2) == "no answer within 0.2 s"
    assert time.monotonic() - began < 4


async def test_what_is_no_address_is_told_without_being_repeated():
    why = await send("nowhere://s3cret", TOLD)
    assert why == "not an address that apprise knows"


@pytest.fixture
def root_log():
    """All that reaches the root of Python's logging, whatever its level."""
    said, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(said), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


async def test_no_log_and_no_stream_says_an_address(mailroom, unused_tcp_port, root_log, capfd):
    down = mailroom.to("desk", unused_tcp_port).replace("://", "://me:s3cret@") + "?+X-Key=t0ken"
    why = await send(down, TOLD)
    await send("nowhere://s3cret", TOLD)
    told = f"{why}{root_log.getvalue()}{''.join(capfd.readouterr())}"
    assert why
    assert "s3cret" not in told
    assert "t0ken" not in told


@pytest.mark.parametrize(
    ("to", "known"),
    [
        ("json://127.0.0.1/x", True),
        ("mailto://me:word@port.example", True),
        ("nowhere://x", False),
        ("port.example", False),
        ("", False),
    ],
)
def test_an_address_is_what_a_service_answers_for(to, known):
    assert is_address(to) is known


def test_without_a_message_apprise_is_not_loaded():
    loaded = "import sys, pipeline.cli.main, pipeline.monitoring.alarming"
    code = f"{loaded}; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
