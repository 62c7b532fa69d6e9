"""`dateline alarms`: what holds, and whether a receiver hears of it; `check` reads its part."""

from datetime import UTC, datetime

import pytest

from pipeline.catalog import Catalog, embedded
from pipeline.ground.alarm import Kind, Vigil

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {"kind", "subject", "site", "since", "raised_at", "detail"}


@pytest.fixture
def held(tmp_path):
    """An archive's catalog in which these vigils are kept."""

    def keep(*vigils):
        (tmp_path / "archive").mkdir()
        with Catalog.open(embedded(tmp_path / "archive")) as catalog, catalog.batch() as batch:
            batch.alarms.keep(vigils)

    return keep


@pytest.fixture
def whole(tmp_path):
    """Writes dateline.yaml, and a site beside it."""

    def write(text):
        (tmp_path / "configs").mkdir(exist_ok=True)
        (tmp_path / "configs" / "a.yaml").write_text("site: a\nname: A\n")
        (tmp_path / "dateline.yaml").write_text(text)

    return write


def receiver(to, more=""):
    return f"alarms: {{receivers: [{{name: desk, to: '{to}', hears: [new]{more}}}]}}\n"


def vigil(**more):
    said = {"kind": Kind.STALE, "subject": "port", "site": "port", "since": BEGAN}
    return Vigil(**said | more)


def test_nothing_the_matter_is_0(run, held):
    held(vigil())
    ended = run("alarms")
    assert (ended.code, ended.out) == (0, "")
    assert "no alarms" in ended.err


def test_an_archive_that_is_not_there_has_no_alarms(run):
    assert run("alarms").code == 0


def test_what_holds_is_1_and_a_line_for_people_or_an_object_for_scripts(run, held):
    seed = vigil(kind=Kind.ZERO_ITEMS, subject="https://port.example/feed", raised_at=BEGAN)
    held(seed, vigil(raised_at=BEGAN, detail="nothing new since 2026-02-26 12:00Z"))
    told = run("alarms")
    assert told.code == 1
    assert "zero items" in told.out
    assert "https://port.example/feed [port]" in told.out
    assert "nothing new since" in told.out
    assert "2 alarms" in told.err
    ended = run("alarms", "--json")
    assert ended.code == 1
    assert [set(one) for one in ended.objects] == [FIELDS, FIELDS]
    assert ended.objects[0]["kind"] == "stale"
    assert ended.objects[0]["since"] == "2026-03-01T12:00:00.000000Z"


def test_a_test_message_is_taken(run, whole, mailroom):
    whole(receiver(mailroom.to("desk")))
    ended = run("alarms", "--test", "desk")
    assert (ended.code, ended.out) == (0, "desk has taken the message\n")
    (told,) = mailroom.taken["desk"]
    assert told["title"] == "Dateline: test of desk"
    assert run("alarms", "--test", "desk", "--json").only == {
        "receiver": "desk",
        "taken": True,
        "detail": None,
    }


def test_a_test_message_that_is_not_taken_is_3_with_the_reason(run, whole, mailroom):
    whole(receiver(mailroom.to("desk")))
    mailroom.says["desk"] = 500
    ended = run("alarms", "--test", "desk")
    assert ended.code == 3
    assert "answered with status 500" in ended.err


def test_a_receiver_that_nobody_has_named_is_wrong_use(run, whole, mailroom):
    whole(receiver(mailroom.to("desk")))
    ended = run("alarms", "--test", "dsk")
    assert ended.code == 2
    assert "(there: desk)" in ended.err


def test_check_names_a_misspelt_key_of_dateline_yaml_and_what_was_meant(run, whole):
    whole(receiver("json://127.0.0.1/", ", evry: 5m"))
    ended = run("check", "--json")
    assert ended.code == 1
    assert ended.only["file"].endswith("dateline.yaml")
    assert ended.only["key"] == "alarms.receivers[0].evry"
    assert "did you mean every?" in ended.only["allowed"]
    assert "1 valid, 1 invalid" in run("check").err


def test_check_names_a_variable_that_is_not_set(run, whole, monkeypatch):
    monkeypatch.delenv("DESK_URL", raising=False)
    whole(receiver("${DESK_URL}"))
    ended = run("check", "--json")
    assert ended.code == 1
    assert ended.only["value"] == "${DESK_URL}"
    assert "DESK_URL is not in the environment" in ended.only["allowed"]
    monkeypatch.setenv("DESK_URL", "json://127.0.0.1/")
    assert run("check").code == 0


def test_check_names_an_address_of_no_service_without_showing_it(run, whole, monkeypatch):
    monkeypatch.setenv("DESK_URL", "nowhere://s3cret")
    whole(receiver("${DESK_URL}"))
    ended = run("check", "--json")
    assert ended.code == 1
    assert "s3cret" not in ended.out + ended.err
    assert ended.only["key"] == "alarms.receivers[0].to"


def test_what_cannot_be_told_keeps_nobody_from_reading(run, whole, monkeypatch):
    monkeypatch.delenv("DESK_URL", raising=False)
    whole(receiver("${DESK_URL}"))
    assert run("sites").code == 0
    assert run("alarms", "--test", "desk").code == 1


def test_files_that_are_named_are_checked_alone(run, whole):
    whole("contct: x\n")
    assert run("check", "configs/a.yaml").code == 0
