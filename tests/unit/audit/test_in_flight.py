"""An archive that is being written while it is looked at."""

import os
import shutil

import pytest

from pipeline.archive.lock import one_writer
from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought
from pipeline.audit.flight import writer_of
from pipeline.audit.summary import Summary
from pipeline.ground.claims import Verdict


def test_a_writer_is_seen_as_long_as_it_holds_the_lock(tmp_path):
    assert writer_of(tmp_path) is None
    with one_writer(tmp_path, verb="run"):
        assert f"pid {os.getpid()}" in writer_of(tmp_path)
    assert writer_of(tmp_path) is None


def test_a_name_that_a_killed_process_left_is_no_writer(tmp_path):
    (tmp_path / "lock").write_text(f"dateline run (pid {os.getpid()})\n")
    assert writer_of(tmp_path) is None


@pytest.mark.parametrize("cut", [0, 7])
def test_what_a_writer_has_not_committed_yet_is_in_flight(build, claims, cut):
    builder = build()
    builder.page()
    builder.commit()
    with one_writer(builder.folder, verb="run"):
        builder.page()
        builder.warc.sync()
        builder.texts.sync()
        (path,) = (builder.folder / "warc").iterdir()
        os.truncate(path, path.stat().st_size - cut)
        found, summary = claims(builder.folder)
    assert summary.verdict == "consistent"
    assert any("in flight" in (one.actual or "") for one in found)
    assert claims(builder.folder)[1].verdict == "failed"


def test_what_is_committed_while_the_audit_runs_is_in_flight_and_no_fork(build):
    builder = build()
    builder.page()
    builder.commit()

    def go_on(_done, _total, what):
        if what == "log":
            builder.page()
            builder.commit()

    found = list(audit(builder.folder, Brought(), workers=1, progress=go_on))
    assert isinstance(found[-1], Summary)
    assert found[-1].tree_size == 3
    assert [one for one in found[:-1] if one.verdict is Verdict.FAILED] == []


def test_a_file_that_is_sealed_while_the_audit_runs_is_found_by_its_new_name(build):
    builder = build()
    builder.page()
    builder.commit()

    def seal(_done, _total, what):
        if what == "log":
            builder.warc.seal()

    found = list(audit(builder.folder, Brought(), workers=1, progress=seal))
    assert [one for one in found[:-1] if one.verdict is Verdict.FAILED] == []


def test_an_archive_that_was_copied_while_it_was_written_is_told_what_it_lacks(build, claims):
    builder = build()
    builder.page()
    builder.commit()
    copy = builder.folder.with_name("copy")
    shutil.copytree(builder.folder, copy)
    builder.page()
    builder.commit()
    shutil.copy(builder.folder / "log/checkpoint", copy / "log/checkpoint")
    found, summary = claims(copy)
    assert summary.verdict == "failed"
    assert any(one.actual == "missing" for one in found)


def test_a_folder_that_is_not_there_could_not_be_checked(tmp_path, claims):
    assert claims(tmp_path / "nowhere")[1].verdict == "inconclusive"


def test_a_folder_without_a_log_has_lost_it(tmp_path, claims):
    assert claims(tmp_path)[1].verdict == "failed"
