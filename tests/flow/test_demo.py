"""The demo agrees with an archive that tells the truth, and with no other."""

import copy
import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from rich.console import Console

from fixtures import comparison, demo
from fixtures.comparison import differences, read_told
from fixtures.newsroom import SCRIPT, Newsroom
from fixtures.polling import Daemon, DemoFailed, Polled, poll
from fixtures.press_room import PressRoom
from fixtures.progress import Progress
from fixtures.telling import tell, try_next, words_between

EVENTS = [event for event, _ in SCRIPT]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "left"
    progress = Progress(console=Console(file=io.StringIO()))
    return demo.demonstrate(folder, progress, tempo=0.2, every_s=1)


def _of(log, event):
    """The requests for the document of one site that `event` befell."""
    url = next(one["url"] for one in log["events"] if one["event"] == event)
    return [one for one in log["requests"] if one["document"] == url]


def _another_status(log):
    _of(log, "removed")[-1]["status"] = 410


def _another_text(log):
    _of(log, "published")[0]["text"] = f"sha256:{'0' * 64}"


def _an_edit_that_nobody_told(log):
    last = log["articles"]["kcnawatch"][-1]
    asked = [one for one in log["requests"] if one["document"] == last]
    asked[-1] |= {"entity": f"sha256:{'1' * 64}", "text": f"sha256:{'2' * 64}"}


def _an_edit_that_did_not_happen(log):
    first, *later = _of(log, "edited")
    for one in later:
        one["text"] = first["text"]


def _a_look_that_is_missing(log):
    log["requests"].remove(_of(log, "blocked")[1])


def _a_look_too_many(log):
    log["requests"].append(copy.deepcopy(_of(log, "blocked")[-1]))


def _two_looks_in_another_order(log):
    first, *_, last = _of(log, "edited")
    first["text"], last["text"] = last["text"], first["text"]


def _a_document_that_was_never_there(log):
    for one in _of(log, "published"):
        log["requests"].remove(one)


def _a_seed_that_was_not_asked(log):
    log["requests"].remove(next(one for one in log["requests"] if one["kind"] == "seed"))


def _robots_asked_for_twice(log):
    log["robots"].append(copy.deepcopy(log["robots"][0]))


PLANTED = (
    _another_status,
    _another_text,
    _an_edit_that_nobody_told,
    _an_edit_that_did_not_happen,
    _a_look_that_is_missing,
    _a_look_too_many,
    _two_looks_in_another_order,
    _a_document_that_was_never_there,
    _a_seed_that_was_not_asked,
    _robots_asked_for_twice,
)


def test_an_archive_that_tells_the_truth_agrees_with_the_press_room(outcome):
    assert [str(difference) for difference in outcome.differences] == []
    assert demo.verdict(outcome) == 0
    assert comparison.main(outcome.folder) == 0


def test_every_event_of_the_script_happened_on_every_site_and_was_seen(outcome):
    happened = {(one["site"], one["event"]) for one in outcome.log["events"]}
    assert happened == {(site, event) for site in outcome.log["articles"] for event in EVENTS}
    assert {one["status"] for one in _of(outcome.log, "removed")} == {200, 404}
    assert {one["status"] for one in _of(outcome.log, "blocked")} == {200, 403}


def test_looks_show_every_way_of_finding_a_page_unchanged(outcome):
    rows = (row for looks in outcome.archive.histories.values() for row in looks)
    words = {comparison.came_to(row) for row in rows}
    assert {"same_text", "same_bytes", "not_modified"} <= words


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.strip("_"))
def test_a_doctored_log_differs_from_the_archive(outcome, plant):
    log = copy.deepcopy(outcome.log)
    plant(log)
    found = differences(log, outcome.archive, read_told(outcome.folder))
    assert found
    assert demo.verdict(replace(outcome, differences=found)) == 1


def test_a_doctored_log_fails_the_demo_with_both_sides_printed(outcome, capsys):
    path = outcome.folder / comparison.LOG
    honest = path.read_text("utf-8")
    told = _of(outcome.log, "published")[0]["text"]
    try:
        path.write_text(honest.replace(told, f"sha256:{'0' * 64}"), "utf-8")
        again = demo.compare(outcome.folder, outcome.polled, began_at=0.0)
        assert comparison.main(outcome.folder) == 1
    finally:
        path.write_text(honest, "utf-8")
    assert demo.verdict(again) == 1
    printed = capsys.readouterr().out
    assert "0000000000000000" in printed
    assert told.removeprefix("sha256:")[:16] in printed


def test_a_text_that_is_not_what_its_name_says_is_a_difference(outcome):
    digest = _of(outcome.log, "published")[0]["text"]
    path = outcome.archive.folder / comparison.text_name(digest)
    honest = path.read_bytes()
    try:
        path.write_bytes(honest + b".")
        found = differences(outcome.log, outcome.archive, read_told(outcome.folder))
    finally:
        path.write_bytes(honest)
    assert [one.about for one in found] == [comparison.text_name(digest)]


def test_a_look_that_the_daemon_did_not_tell_is_a_difference(outcome):
    told = read_told(outcome.folder)
    assert len(differences(outcome.log, outcome.archive, told[1:])) == 1
    assert len(differences(outcome.log, outcome.archive, [*told, told[0]])) == 1


def test_a_daemon_that_ends_badly_fails_the_demo(outcome):
    assert demo.verdict(replace(outcome, polled=replace(outcome.polled, exit_code=1))) == 1


def test_the_report_names_every_site_and_event_and_each_edit_in_words(outcome):
    printed = _printed(outcome)
    for site in outcome.log["articles"]:
        assert site in printed
    for edit in ("900 → 1,100", "five → four", "ten → six", "43 → 57"):
        assert edit in printed
    assert printed.count("not seen") == 0
    assert "\x1b" not in printed


def test_a_difference_is_printed(outcome):
    log = copy.deepcopy(outcome.log)
    _another_status(log)
    found = differences(log, outcome.archive, read_told(outcome.folder))
    printed = _printed(replace(outcome, log=log, differences=found))
    assert "✗" in printed
    assert "410" in printed


def _printed(outcome):
    to = Console(file=io.StringIO(), width=100, highlight=False)
    tell(outcome, to)
    return to.file.getvalue()


def test_the_commands_that_are_named_work(outcome):
    for command in try_next(outcome):
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert ended.returncode == 0, (command, ended.stderr)
    texts = [path.read_bytes() for path in (outcome.folder / "texts").glob("*.txt")]
    assert len(texts) == sum(outcome.archive.documents.values())


def test_an_edit_is_one_line_of_words():
    assert words_between("a b c d", "a x c") == "b → x · − d"
    assert words_between("a", "a\n\nb") == "+ b"
    long = " ".join(map(str, range(20)))
    assert words_between(long, "") == "− 0 1 2 3 … 16 17 18 19"


def test_nothing_happens_in_a_patient_room_before_all_of_it_was_seen():
    began_at = datetime(2026, 5, 1, tzinfo=UTC)
    room = Newsroom("kcnawatch", "http://127.0.0.1:1", began_at, tempo=1.0, patient=True)
    late = began_at + timedelta(hours=1)
    for event in EVENTS:
        first, *rest = [path for path in room.awaited() if path.startswith(room.base)]
        for url in rest:
            room.answer(url.removeprefix(room.base))
        assert room.live(late) == []
        room.answer(first.removeprefix(room.base))
        assert [one["event"] for one in room.live(late)] == [event]
    assert room.awaited() != []


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path, capsys):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "mine.txt").write_text("mine", "utf-8")
    assert demo.main([str(tmp_path)]) == demo.WRONG_USE
    assert (tmp_path / "archive" / "mine.txt").read_text("utf-8") == "mine"
    assert str(tmp_path) in capsys.readouterr().err


def test_a_daemon_that_cannot_start_ends_the_wait_with_what_it_said(tmp_path):
    options = ["--archive", str(tmp_path / "archive"), "--configs", str(tmp_path / "none")]
    room = PressRoom(sites=("kcnawatch",))
    room.start()
    try:
        with (
            Daemon(tmp_path, options, hear=lambda _: None) as daemon,
            pytest.raises(DemoFailed, match=r"exit code 2[^$]*no site configs"),
        ):
            poll(room, daemon, lambda _: None)
    finally:
        room.stop()


def test_a_wait_that_takes_too_long_ends_with_what_is_awaited():
    room = SimpleNamespace(
        awaited=lambda: {"kcnawatch": ["blocked", "http://127.0.0.1:1/a"]},
        log=lambda: {"events": []},
    )
    daemon = SimpleNamespace(check=lambda: None)
    with pytest.raises(DemoFailed, match="kcnawatch awaits blocked, http"):
        poll(room, daemon, lambda _: None, patience_s=0.0)


def test_polled_is_what_the_headline_says(outcome):
    assert isinstance(outcome.polled, Polled)
    assert outcome.polled.looks == len(read_told(outcome.folder))
