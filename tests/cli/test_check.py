"""`dateline check`: every problem, its place, its value, what is allowed; nothing else."""

import pytest

FIELDS = {"file", "key", "value", "allowed"}


@pytest.fixture
def write(tmp_path):
    def put(name, text):
        path = tmp_path / "configs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


def test_valid_configs_are_0_and_counted_on_stderr(run, write):
    write("a.yaml", "site: a\nname: A\n")
    write("b.yaml", "site: b\nname: B\n")
    ended = run("check")
    assert (ended.code, ended.out) == (0, "")
    assert "2 valid, 0 invalid" in ended.err
    ended = run("check", "--json")
    assert (ended.code, ended.out) == (0, "")


def test_a_problem_is_a_line_for_people(run, write):
    path = write("a.yaml", "site: a\nname: A\nshedule: {every: 1h}\n")
    ended = run("check")
    assert ended.code == 1
    assert ended.out.startswith(f"configs/{path.name}: shedule: unknown key\n")
    assert "did you mean schedule?" in ended.out
    assert "0 valid, 1 invalid" in ended.err


def test_a_problem_is_an_object_for_scripts(run, write):
    write("a.yaml", "site: a\nname: A\ntimezone: Asia/Soul\nfetch: {attempts: 0}\n")
    write("b.yaml", "site: b\nname: B\n")
    ended = run("check", "--json")
    assert ended.code == 1
    assert [set(one) for one in ended.objects] == [FIELDS, FIELDS]
    assert all(type(value) is str for one in ended.objects for value in one.values())
    assert [(one["key"], one["value"]) for one in ended.objects] == [
        ("timezone", "'Asia/Soul'"),
        ("fetch.attempts", "0"),
    ]


BROKEN = {
    "no YAML": "site: [",
    "no mapping": "- a",
    "empty": "",
    "no UTF-8": b"site: a\nname: \xff\n",
    "a tab": "site: a\n\tname: A\n",
    "a key twice": "site: a\nname: A\nname: B\n",
    "an unknown key": "site: a\nname: A\nzzz: 1\n",
    "no CSS": "site: a\nname: A\nextract: [{body: 'p[['}]\n",
    "no regular expression": "site: a\nname: A\ntargets: {allow: ['(']}\n",
    "an unknown zone": "site: a\nname: A\ntimezone: Mars/Olympus\n",
    "another name": "site: b\nname: B\n",
    "a null byte": "site: a\nname: \x00\n",
    "megabytes": "x" * 300_000,
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("verb", ["check", "sites", "run", "fetch", "history", "show"])
def test_a_broken_config_is_1_with_every_verb_that_reads_it(run, write, text, verb):
    write("a.yaml", text)
    needs = {"fetch": ["http://a.example/"], "history": ["http://a.example/"]}
    needs["show"] = needs["history"]
    ended = run(verb, *needs.get(verb, []))
    assert ended.code in ({1, 2} if verb in ("history", "show") else {1})
    assert len(ended.out + ended.err) < 2000
    if verb != "check":
        assert ended.out == ""
        assert ended.err


def test_files_are_checked_by_name_wherever_they_lie(run, tmp_path):
    (tmp_path / "draft").mkdir()
    for name in ("a", "b"):
        (tmp_path / "draft" / f"{name}.yaml").write_text("site: a\nname: A\n")
    ended = run("check", "draft/a.yaml", "draft/b.yaml", "--json")
    assert ended.code == 1
    assert (ended.only["file"], ended.only["key"]) == ("draft/b.yaml", "site")


def test_files_of_one_name_are_counted_each(run, tmp_path):
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text("site: a\nname: A\n")
    assert "2 valid, 0 invalid" in run("check", "old/a.yaml", "new/a.yaml").err


@pytest.mark.parametrize("name", ["nowhere.yaml", ".", "configs", "a\nb.yaml"])
def test_a_file_that_cannot_be_read_is_a_problem(run, write, name):
    write("a.yaml", "site: a\nname: A\n")
    ended = run("check", name, "--json")
    assert ended.code == 1
    assert ended.only["key"] == "whole file"


def test_a_value_cannot_move_the_cursor(run, write):
    write("a.yaml", 'site: a\nname: A\nhome: "\\e[2Jx"\n"\\e[2Jkey": 1\n')
    told = run("check")
    assert "\x1b" not in told.out + told.err


def test_the_configs_of_this_repository_are_valid(run, request):
    ended = run("check", "--configs", request.config.rootpath / "configs")
    assert (ended.code, ended.out) == (0, "")
    assert "4 valid, 0 invalid" in ended.err
