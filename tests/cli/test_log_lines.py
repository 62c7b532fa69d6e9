"""What is logged, how, and that it never gets among the data."""

import json
import logging
import subprocess
import sys

import pytest
import structlog

from pipeline.cli import logs
from pipeline.settings import LogFormat, LogLevel

HEAVY = ("prometheus_client", "starlette", "uvicorn", "apscheduler", "pipeline.web")


@pytest.fixture
def lines(capsys):
    """What is on stderr, after `logs.configure` with these."""

    def of(write, **how):
        logs.configure(**how)
        write()
        told = capsys.readouterr()
        assert told.out == ""
        return told.err

    yield of
    structlog.reset_defaults()


def say():
    log = structlog.get_logger()
    log.debug("look", site="harbour")
    log.info("declared", sites=["harbour"])
    log.error("paused", why="no space left")


def test_json_is_an_object_a_line_and_leaves_nothing_out(lines):
    told = [json.loads(line) for line in lines(say, format=LogFormat.JSON).splitlines()]
    assert [one["event"] for one in told] == ["look", "declared", "paused"]
    assert all(one.keys() >= {"event", "level", "timestamp"} for one in told)


def test_people_are_spared_the_single_looks_and_colours_they_cannot_see(lines):
    told = lines(say, format=LogFormat.CONSOLE)
    assert "harbour" in told
    assert "look" not in told
    assert "\x1b" not in told


@pytest.mark.parametrize(("level", "count"), [("debug", 3), ("info", 2), ("error", 1)])
@pytest.mark.parametrize("form", LogFormat)
def test_the_level_says_what_is_left_out(lines, form, level, count):
    told = lines(say, format=form, level=LogLevel(level))
    assert len(told.splitlines()) == count


def test_without_a_terminal_it_is_json(lines):
    assert lines(say).startswith("{")


def test_warnings_of_libraries_come_out_as_our_own_lines_and_once(lines):
    def warn():
        logs.configure(format=LogFormat.JSON)
        logging.getLogger("asyncio").warning("a task took %s s", 3)
        logging.getLogger("uvicorn.error").info("nobody needs this")
        logging.getLogger("apscheduler.executors").error("the daemon tells of it")

    (line,) = lines(warn, format=LogFormat.JSON).splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"]) == ("a task took 3 s", "warning")
    assert told["logger"] == "asyncio"


@pytest.mark.parametrize(
    ("arguments", "variables", "starts"),
    [
        (("--log-format", "console"), {}, "20"),
        (("--log-format", "json"), {"DATELINE_LOG_FORMAT": "console"}, "{"),
        ((), {"DATELINE_LOG_FORMAT": "console"}, "20"),
    ],
)
def test_an_option_wins_over_the_environment(
    run, monkeypatch, capsys, arguments, variables, starts
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run("check", *arguments)
    structlog.get_logger().error("said")
    assert capsys.readouterr().err.startswith(starts)


@pytest.mark.parametrize("variable", ["DATELINE_LOG_FORMAT", "DATELINE_LOG_LEVEL"])
def test_a_wrong_word_is_2_and_says_what_there_is(run, monkeypatch, variable):
    monkeypatch.setenv(variable, "loud")
    ended = run("check")
    assert (ended.code, ended.out) == (2, "")
    assert variable in ended.err
    assert "json" in ended.err or "debug" in ended.err


@pytest.mark.parametrize("listen", ["8484", "localhost", ":8484", "[::1]", "a:b", "a:99999", ""])
def test_an_address_that_is_none_is_2(run, site, listen):
    ended = run("run", "--listen", listen)
    assert (ended.code, ended.out) == (2, "")
    assert "127.0.0.1:8484" in ended.err
    assert site.asked == []


def test_no_other_verb_loads_what_only_the_daemon_needs():
    code = (
        "import sys; from pipeline.cli import main; main._outcome(['check']);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip().endswith("[]")
