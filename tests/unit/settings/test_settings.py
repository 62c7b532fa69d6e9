from pathlib import Path

import pytest

from pipeline.errors import ConfigInvalid
from pipeline.settings import VERSION, Settings

VARIABLES = ("ARCHIVE", "CONFIGS", "DATABASE", "ALLOW_PRIVATE", "CONTACT")


@pytest.fixture(autouse=True)
def _empty_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(f"DATELINE_{name}", raising=False)


def test_unless_told_otherwise_everything_lies_here():
    settings = Settings.read()
    assert (settings.archive, settings.configs) == (Path("archive"), Path("configs"))
    assert settings.database is None
    assert not settings.allow_private


def test_the_environment_wins_over_the_defaults_and_an_option_over_both(monkeypatch):
    monkeypatch.setenv("DATELINE_ARCHIVE", "kept")
    monkeypatch.setenv("DATELINE_CONFIGS", "declared")
    monkeypatch.setenv("DATELINE_DATABASE", "sqlite:///x")
    settings = Settings.read()
    assert (settings.archive, settings.configs) == (Path("kept"), Path("declared"))
    assert settings.database == "sqlite:///x"
    settings = Settings.read(archive=Path("a"), configs=Path("c"), database="sqlite:///y")
    assert (settings.archive, settings.configs) == (Path("a"), Path("c"))
    assert settings.database == "sqlite:///y"


@pytest.mark.parametrize(
    ("said", "allowed"), [("1", True), ("0", False), ("", False), ("yes", False), ("true", False)]
)
def test_private_addresses_are_allowed_by_one_alone(monkeypatch, said, allowed):
    monkeypatch.setenv("DATELINE_ALLOW_PRIVATE", said)
    assert Settings.read().allow_private is allowed
    assert Settings.read(allow_private=True).allow_private


def test_we_name_ourselves_our_version_and_whom_to_write_to(tmp_path):
    assert Settings.read().agent == f"Dateline/{VERSION} (scheduled page archiver)"
    (tmp_path / "dateline.yaml").write_text("contact: mail@harbour.example\n")
    assert Settings.read().agent == f"Dateline/{VERSION} (+mail@harbour.example)"


def test_dateline_yaml_lies_beside_the_configs_wherever_they_are(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "dateline.yaml").write_text("contact: a@b.example\n")
    assert "a@b.example" in Settings.read(configs=Path("far/configs")).agent
    assert "a@b.example" not in Settings.read(configs=Path("configs")).agent


@pytest.mark.parametrize(
    "text",
    ["contct: x", "contact: 3", "contact: a b", 'contact: "a\\nHost: evil"', "- a", "", "a: ["],
)
def test_a_problem_of_dateline_yaml_is_told_like_any_configs(tmp_path, text):
    (tmp_path / "dateline.yaml").write_text(text)
    with pytest.raises(ConfigInvalid) as refused:
        Settings.read()
    (problem,) = refused.value.problems
    assert problem.file.endswith("dateline.yaml")


def test_where_there_can_be_no_dateline_yaml_there_is_none(tmp_path):
    (tmp_path / "file").touch()
    assert Settings.read(configs=Path("file/configs")).whole.contact is None


WANTED = """
alarms:
  receivers:
    - {name: desk, to: "${DESK_URL}", hears: [new]}
"""


def test_a_variable_is_filled_in_where_it_is_needed_and_nowhere_else(tmp_path, monkeypatch):
    (tmp_path / "dateline.yaml").write_text(WANTED)
    monkeypatch.delenv("DESK_URL", raising=False)
    settings = Settings.read()
    to = settings.whole.alarms.receivers[0].to.get_secret_value()
    monkeypatch.setenv("DESK_URL", "json://me:s3cret@127.0.0.1")
    assert settings.expanded(to, key="x") == "json://me:s3cret@127.0.0.1"
    assert settings.expanded("a ${DESK_URL}/${DESK_URL} $b", key="x").count("s3cret") == 2
    assert "s3cret" not in repr(settings)


def test_a_variable_that_is_not_set_is_named_with_its_key_and_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DESK_URL", "")
    with pytest.raises(ConfigInvalid) as refused:
        Settings.read().expanded("${DESK_URL}", key="alarms.receivers[0].to")
    (problem,) = refused.value.problems
    assert problem.file == str(tmp_path / "dateline.yaml")
    assert (problem.key, problem.value) == ("alarms.receivers[0].to", "${DESK_URL}")
    assert "DESK_URL is not in the environment" in problem.allowed


@pytest.mark.parametrize(
    "receivers",
    [
        "[{name: desk, to: ['mailto://me:s3cret@x'], hears: [new]}]",
        "[{name: desk, to: 'mailto://me:s3cret@x', hears: new}]",
        "{name: desk, to: 'mailto://me:s3cret@x', hears: [new]}",
        "[[{name: desk, to: 'mailto://me:s3cret@x', hears: [new]}]]",
        "[{name: desk, to: {'mailto://me:s3cret@x': 1}, hears: [new]}]",
        "[{name: A desk, too: 'mailto://me:s3cret@x', to: 'mailto://me:s3cret@x', hears: [new]}]",
    ],
)
def test_a_wrong_receiver_is_told_without_its_address(tmp_path, receivers):
    (tmp_path / "dateline.yaml").write_text(f"alarms: {{receivers: {receivers}}}")
    with pytest.raises(ConfigInvalid) as refused:
        Settings.read()
    assert "s3cret" not in str(refused.value)
    assert "alarms.receivers" in str(refused.value)


def test_who_may_be_broken_reads_on_and_keeps_the_problems(tmp_path):
    (tmp_path / "dateline.yaml").write_text("contct: x")
    settings = Settings.read(may_be_broken=True)
    (problem,) = settings.problems
    assert "did you mean contact?" in problem.allowed
    assert settings.whole.contact is None
