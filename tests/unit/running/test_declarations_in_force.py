"""Declarations are exchanged while somebody uses them: whole, still, and never for a worse one."""

import os
import shutil

import pytest

from pipeline.errors import ConfigInvalid, NoConfigs
from pipeline.running.reloading import Declarations, Stillness, Turned, Watched, stamps_in

OLD, NEW = (1, 1, 1, 1), (2, 2, 2, 2)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "configs"
    folder.mkdir()
    return folder


@pytest.fixture
def write(folder):
    def put(site, name="Harbour", **more):
        lines = (f"site: {site}", f"name: {name}", *(f"{key}: {more[key]}" for key in more))
        (folder / f"{site}.yaml").write_text("\n".join(lines) + "\n")

    return put


@pytest.fixture
def declarations(folder, write):
    write("harbour")
    write("pier")
    return Declarations.read(folder)


def settled(declarations):
    """What two glances come to: the first sees, the second finds it unmoved."""
    assert not declarations.glance()
    return declarations.glance()


# --- stillness --------------------------------------------------------------------------------


def test_a_file_is_read_when_it_has_stood_still_and_then_no_more():
    stillness = Stillness({"a": OLD})
    told = [stillness.stirred({"a": NEW}) for _ in range(4)]
    assert told == [set(), {"a"}, set(), set()]


def test_a_file_that_keeps_changing_is_left_to_its_writer():
    stillness = Stillness({"a": OLD})
    moving = [(n, n, n, 1) for n in range(2, 9)]
    assert [stillness.stirred({"a": stamp}) for stamp in moving] == [set()] * len(moving)
    assert stillness.stirred({"a": moving[-1]}) == {"a"}


def test_a_file_that_is_away_for_a_moment_was_never_gone():
    stillness = Stillness({"a": OLD})
    assert [stillness.stirred(there) for there in ({}, {"a": OLD}, {"a": OLD})] == [set()] * 3
    assert [stillness.stirred(there) for there in ({}, {}, {})] == [set(), {"a"}, set()]


def test_at_once_waits_for_nothing():
    assert Stillness({"a": OLD}).stirred({"b": NEW}, at_once=True) == {"a", "b"}


@pytest.mark.parametrize("field", range(4))
def test_any_part_of_a_stamp_tells_of_a_change(field):
    other = [1, 1, 1, 1]
    other[field] = 2
    assert Stillness({"a": OLD}).stirred({"a": tuple(other)}, at_once=True) == {"a"}


# --- declarations -----------------------------------------------------------------------------


def test_a_new_file_a_changed_one_and_a_removed_one_take_effect(declarations, folder, write):
    before = declarations.register
    write("quay")
    write("pier", name="Pier")
    (folder / "harbour.yaml").unlink()
    assert settled(declarations) == Turned(declared=("pier", "quay"), removed=("harbour",))
    assert declarations.register.sites["pier"].declared.name == "Pier"
    assert set(declarations.register.sites) == {"pier", "quay"}
    assert set(before.sites) == {"harbour", "pier"}, "who holds the old one keeps it whole"


def test_a_file_that_is_written_and_renamed_into_place_takes_effect(declarations, folder):
    aside = folder / ".pier.yaml.swp"
    shutil.copy(folder / "pier.yaml", aside)
    aside.write_text(aside.read_text() + "language: ko\n")
    aside.rename(folder / "pier.yaml")
    assert settled(declarations).declared == ("pier",)
    assert declarations.register.sites["pier"].declared.language == "ko"


def test_other_octets_of_the_same_length_and_time_take_effect(declarations, folder):
    path = folder / "pier.yaml"
    before = path.stat()
    path.write_text(path.read_text().replace("Harbour", "Harvest"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert settled(declarations).declared == ("pier",)


def test_a_file_that_was_only_touched_changes_nothing(declarations, folder):
    before = declarations.register
    (folder / "pier.yaml").touch()
    assert not settled(declarations)
    assert declarations.register is before


def test_an_invalid_file_is_refused_once_and_the_old_one_stays_in_force(declarations, write):
    write("pier", nam="x")
    before = declarations.register
    turned = settled(declarations)
    (problem,) = turned.refused
    assert (problem.key, problem.value) == ("nam", "unknown key")
    assert problem.file.endswith("pier.yaml")
    assert declarations.register is before
    assert not declarations.glance(), "it is not told again"
    assert declarations.refused == (problem,), "and it is still refused"


def test_a_refused_file_that_is_mended_or_removed_is_not_refused_any_more(
    declarations, write, folder
):
    write("pier", nam="x")
    settled(declarations)
    write("pier", name="Pier")
    assert settled(declarations).declared == ("pier",)
    assert declarations.refused == ()
    write("pier", nam="x")
    settled(declarations)
    (folder / "pier.yaml").unlink()
    assert settled(declarations).removed == ("pier",)
    assert declarations.refused == ()


def test_another_ending_is_refused_and_takes_nothing_with_it_when_it_goes(declarations, folder):
    (folder / "pier.yml").write_text("site: pier\nname: P\n")
    assert settled(declarations).refused[0].key == "whole file"
    (folder / "pier.yml").unlink()
    assert not settled(declarations)
    assert "pier" in declarations.register.sites


def test_a_link_that_leads_nowhere_is_refused(declarations, folder):
    (folder / "quay.yaml").symlink_to("nowhere.yaml")
    assert settled(declarations).refused[0].file.endswith("quay.yaml")


def test_a_folder_that_is_empty_or_gone_leaves_everything_in_force(declarations, folder):
    aside = folder.with_name("aside")
    folder.rename(aside)
    (gone,) = declarations.glance().refused
    assert (gone.file, gone.key) == (str(folder), "whole folder")
    assert not declarations.glance()
    folder.mkdir()
    (empty,) = declarations.glance().refused
    assert "no <site>.yaml" in empty.value
    folder.rmdir()
    aside.rename(folder)
    assert not settled(declarations)
    assert set(declarations.register.sites) == {"harbour", "pier"}
    assert declarations.refused == ()


def test_hidden_files_and_others_are_an_editors_own(folder, write):
    write("pier")
    for name in (".pier.yaml.swp", "pier.yaml~", "4913", "README.md", "#pier.yaml#"):
        (folder / name).write_text("half a")
    assert stamps_in(folder).keys() == {"pier.yaml"}


def test_at_the_start_there_is_nothing_that_could_stay_in_force(folder, write):
    with pytest.raises(NoConfigs):
        Declarations.read(folder)
    with pytest.raises(NoConfigs):
        Declarations.read(folder / "nowhere")
    write("harbour", nam="x")
    write("pier", nam="x")
    with pytest.raises(ConfigInvalid) as refused:
        Declarations.read(folder)
    assert len(refused.value.problems) == 2


def test_watched_are_the_named_sites_as_far_as_they_are_declared(declarations, folder):
    every, one = Watched(declarations, frozenset()), Watched(declarations, frozenset({"pier"}))
    assert (list(every), list(one)) == (["harbour", "pier"], ["pier"])
    assert "harbour" not in one
    (folder / "pier.yaml").unlink()
    declarations.glance(at_once=True)
    assert (list(every), list(one)) == (["harbour"], [])
