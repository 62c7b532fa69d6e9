"""Global options, exit codes, and who speaks where."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.settings import VERSION

DATELINE = Path(sys.executable).parent / "dateline"
VERBS = ("run", "fetch", "sites", "check", "history", "show", "export")


def test_version_is_told_on_stdout(run):
    ended = run("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"dateline {VERSION}\n", "")


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), *((verb, "--help") for verb in VERBS)])
def test_help_is_data_and_good(run, arguments):
    ended = run(*arguments)
    assert ended.code == 0
    assert "Usage" in ended.out


def test_help_names_every_verb_and_global_option(run):
    told = run("--help").out
    named = (*VERBS, "--archive", "--configs", "--database", "--allow-private", "--json")
    assert [name for name in (*named, "--version") if name not in told] == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("bogus",),
        ("--bogus",),
        ("fetch", "--bogus"),
        ("--json",),
        ("--archive",),
        ("fetch", "--archive"),
        ("fetch", "--from"),
        ("history",),
        ("show",),
        ("show", "a", "b"),
        ("export",),
        ("export", "text"),
        ("export", "gold", "-o", "x"),
        ("sites", "harbour"),
        ("check", "--json=yes"),
        ("run", "--once=yes"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_2_and_its_message_is_no_data(run, arguments):
    ended = run(*arguments)
    assert ended.code == 2
    if arguments:  # without a word, the help is what was wanted
        assert ended.out == ""
        assert ended.err.strip()


@pytest.mark.parametrize("verb", ["sites", "check", "run"])
def test_without_configs_a_verb_that_needs_them_is_2_and_says_where_it_looked(run, verb):
    ended = run(verb, "--configs", "nowhere")
    assert ended.code == 2
    assert ended.out == ""
    assert "no site configs in nowhere" in ended.err
    assert "--configs" in ended.err


@pytest.mark.parametrize("verb", ["sites", "check"])
def test_a_configs_folder_below_a_file_is_one_without_configs(run, verb, tmp_path):
    (tmp_path / "file").touch()
    assert run(verb, "--configs", "file/configs").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "--configs", "there", "check"),
        ("check", "--json", "--configs", "there"),
        ("check", "--configs=there", "--json"),
        ("--configs=there", "check", "--json"),
    ],
    ids=" ".join,
)
def test_global_options_stand_before_or_behind_the_verb(run, tmp_path, arguments):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.yaml").write_text("site: b\nname: A\n")
    ended = run(*arguments)
    assert ended.code == 1
    assert ended.only["key"] == "site"


def test_behind_two_dashes_everything_is_an_argument(run):
    ended = run("check", "--", "--json")
    assert ended.code == 1
    assert "--json" in ended.out
    with pytest.raises(json.JSONDecodeError):
        ended.objects  # noqa: B018 - it is read, and is no JSON


def test_the_environment_names_archive_configs_and_database(site, run, tmp_path, monkeypatch):
    (tmp_path / "configs").rename(tmp_path / "declared")
    monkeypatch.setenv("DATELINE_ARCHIVE", "kept")
    monkeypatch.setenv("DATELINE_CONFIGS", "declared")
    monkeypatch.setenv("DATELINE_DATABASE", f"sqlite:///{tmp_path}/index.sqlite")
    monkeypatch.setenv("DATELINE_ALLOW_PRIVATE", "1")
    assert run("fetch", site.url()).code == 0
    assert list((tmp_path / "kept" / "warc").iterdir())
    assert (tmp_path / "index.sqlite").exists()
    assert not (tmp_path / "kept" / "catalog.sqlite").exists()
    assert [one["documents"] for one in run("sites", "--json").objects] == [1]


def test_an_option_wins_over_the_environment(site, run, tmp_path, monkeypatch):
    monkeypatch.setenv("DATELINE_ARCHIVE", "not-here")
    monkeypatch.setenv("DATELINE_CONFIGS", "not-here")
    ended = run("fetch", site.url(), "--allow-private", "--archive", "a", "--configs", "configs")
    assert ended.code == 0
    assert not (tmp_path / "not-here").exists()


def test_an_empty_variable_is_none(site, run, tmp_path, monkeypatch):
    for name in ("ARCHIVE", "CONFIGS", "DATABASE"):
        monkeypatch.setenv(f"DATELINE_{name}", "")
    assert run("fetch", site.url(), "--allow-private").code == 0
    assert (tmp_path / "archive" / "catalog.sqlite").exists()


@pytest.mark.parametrize("said", [None, "0", ""])
def test_private_addresses_are_skipped_unless_allowed(site, run, monkeypatch, said):
    if said is not None:
        monkeypatch.setenv("DATELINE_ALLOW_PRIVATE", said)
    ended = run("fetch", site.url(), "--json")
    assert ended.code == 0
    assert (ended.only["outcome"], ended.only["reason"]) == ("skipped", "private_address")
    assert site.asked == []


@pytest.mark.parametrize("name", ["archive kept", "Архив", "档案", "a%20b", "a#b?c"])
def test_an_archive_may_have_any_name(site, run, name, tmp_path):
    ended = run("fetch", site.url(), "--allow-private", "--archive", name)
    assert ended.code == 0, ended.err
    assert list((tmp_path / name / "warc").iterdir())
    assert run("history", site.url(), "--archive", name).code == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("history", "\udcff"), "\\udcff"),
        (("sites", "--archive", "\udcff"), "\\xff"),
        (("sites", "--configs", "\udcff"), "no site configs in"),
        (("search", "word", "--site", "\udcff"), "U+DCFF"),
        (("fetch", "\udcff"), "\\udcff"),
        (("export", "jsonl", "-o", "out.jsonl", "--site", "\udcff"), "\\udcff"),
    ],
)
def test_a_name_that_is_no_text_is_a_wrong_call_and_no_fault_of_ours(site, run, arguments, named):
    assert run("fetch", site.url(), "--allow-private").code == 0
    ended = run(*arguments)
    assert ended.code == 2
    assert "a fault of ours" not in ended.err
    assert named in ended.err


def test_an_archive_may_lie_deep(site, run, tmp_path):
    deep = tmp_path.joinpath(*(["a-rather-long-name-of-a-folder"] * 8))
    assert run("fetch", site.url(), "--allow-private", "--archive", deep).code == 0


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://u:secret@127.0.0.1:9/x", "mysql://u:secret@x/y", "nonsense"]
)
def test_a_database_that_cannot_be_used_is_3_and_no_password_is_shown(site, run, url):
    ended = run("fetch", site.url(), "--allow-private", "--database", url)
    assert ended.code == 3
    assert ended.out == ""
    assert "secret" not in ended.err
    assert site.asked == []


def test_a_verb_that_only_reads_makes_no_archive(run, declare, desk, tmp_path):
    declare("harbour", desk)
    assert run("sites").code == 0
    assert run("history", desk.url()).code == 2
    assert run("show", desk.url()).code == 2
    assert run("export", "text", "-o", "out").code == 0
    assert not (tmp_path / "archive").exists()


def test_dateline_yaml_with_a_problem_is_1(run, declare, desk, tmp_path):
    declare("harbour", desk)
    (tmp_path / "dateline.yaml").write_text("contct: me@harbour.example\n")
    ended = run("sites")
    assert ended.code == 1
    assert "did you mean contact?" in ended.err


def test_dateline_yaml_names_who_is_asking(site, run, tmp_path):
    (tmp_path / "dateline.yaml").write_text("contact: https://harbour.example/bot\n")
    assert run("fetch", site.url(), "--allow-private").code == 0
    heads = [head for _, head in site.asked]
    assert all(b"User-Agent: Dateline/" in head for head in heads)
    assert all(b"(+https://harbour.example/bot)" in head for head in heads)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("shown", [False, True])
def test_data_and_talk_never_mix(run, shown):
    arguments = ("--json",) if shown else ()
    ended = run("fetch", "harbour", "--allow-private", *arguments)
    assert ended.code == 0
    assert "A bridge opens" in ended.out
    assert ("2 looks" in ended.err) is not shown
    assert "looks" not in ended.out
    if shown:
        assert [one["role"] for one in ended.objects] == ["seed", "target"]


def test_a_page_cannot_move_the_cursor(site, run, answer):
    page = "<h1>\x1b[2J\x1b]0;owned\x07 A \u202edlrow</h1><div class=story><p>Words.</p></div>"
    site.pages["/a"] = answer(page)
    for verb in ("fetch", "history", "show"):
        options = ("--allow-private",) if verb == "fetch" else ()
        told = run(verb, site.url(), *options).out
        assert told
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)


# --- in a process of its own ------------------------------------------------------------------


def test_the_installed_command_ends_with_the_same_codes(ended, declare, desk, tmp_path):
    declare("harbour", desk)
    assert ended("check").code == 0
    (tmp_path / "configs" / "harbour.yaml").write_text("site: pier\nname: A\n")
    assert ended("check").code == 1
    assert ended("check", "--configs", "nowhere").code == 2
    (tmp_path / "file").touch()
    assert ended("fetch", "http://192.0.2.1/", "--archive", "file/a", "--configs", "x").code == 3


def test_whoever_reads_the_output_may_have_seen_enough(process, declare, desk):
    """`dateline check | head -1` is no failure."""
    for number in range(300):
        declare(f"site{number}", desk, match=["not a host"])
    told = process("check")
    told.stdout.readline()
    told.stdout.close()
    assert told.wait(30) == 0
    assert told.stderr.read() == b""


def test_control_c_is_130_and_says_what_is_certain(process, site):
    def silence(_talk, _head):
        site.stopping.wait(20)

    site.pages["/a"] = silence
    told = process("fetch", site.url(), "--allow-private", "--json")
    deadline = time.monotonic() + 20
    while ("/a" not in dict(site.asked)) and time.monotonic() < deadline:
        time.sleep(0.01)
    told.send_signal(signal.SIGINT)
    _, err = told.communicate(timeout=20)
    assert told.returncode == 130
    assert b"interrupted" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_hears_nothing_and_is_no_fault(site, run, stream):
    assert run("fetch", site.url("/a"), "--allow-private").code == 0
    shell = ["sh", "-c", f'"$0" history "$1" {stream}', DATELINE, site.url("/a")]
    told = subprocess.run(shell, check=False, capture_output=True, timeout=30)
    assert (told.returncode, told.stderr) == (0, b"")
    assert (b"version 1" in told.stdout) == (">&-" not in stream.replace("2>&-", ""))


def test_an_output_without_room_is_3_and_no_fault_of_ours(site, run):
    assert run("fetch", site.url("/a"), "--allow-private").code == 0
    shell = ["sh", "-c", '"$0" history "$1" > /dev/full', DATELINE, site.url("/a")]
    told = subprocess.run(shell, check=False, capture_output=True, timeout=30)
    assert told.returncode == 3
    assert b"No space left" in told.stderr
    assert b"a fault of ours" not in told.stderr


def test_a_list_on_stdin_may_begin_with_a_byte_order_mark(site, process):
    fetching = process("fetch", "--from", "-", "--allow-private", stdin=subprocess.PIPE)
    out, err = fetching.communicate(b"\xef\xbb\xbf" + site.url("/a").encode() + b"\r\n", timeout=30)
    assert (fetching.returncode, b"/a" in out) == (0, True), err


def test_a_takedown_for_a_reason_that_is_no_text_takes_nothing_down(site, run):
    assert run("fetch", site.url("/a"), "--allow-private").code == 0
    ended = run("tombstone", site.url("/a"), "--reason", "\udcff")
    assert ended.code == 2
    assert "the --reason is not text in UTF-8" in ended.err
    assert run("fetch", site.url("/a"), "--allow-private", "--json").only["change"] == "same_bytes"
