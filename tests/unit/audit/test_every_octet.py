"""Whatever is done to whichever file: the audit names it."""

import random
import shutil

import pytest

from pipeline.ground.claims import Verdict

SEED = 20261121


def faults_of(claims, folder, **brought):
    found, summary = claims(folder, **brought)
    return [one for one in found if one.verdict is Verdict.FAILED], summary.verdict


def needed(folder):
    """The files that must be there; partial tiles that a later checkpoint has need not."""
    size = int((folder / "log/checkpoint").read_text().split("\n")[1])
    return [
        path
        for path in written(folder)
        if ".p" not in path.parent.name or int(path.name) == size % 256
    ]


def written(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=["sealed", "open"])
def archive(request, build, filled):
    builder = build()
    filled(builder)
    if request.param == "sealed":
        builder.finish()
    else:
        builder.commit()
    return builder.folder


def test_a_flipped_bit_anywhere_is_named_with_its_file(archive, claims):
    chance = random.Random(SEED)  # noqa: S311 - a choice of octets, no secret
    for path in written(archive):
        octets = path.read_bytes()
        for at in sorted(chance.sample(range(len(octets)), min(12, len(octets)))):
            path.write_bytes(
                octets[:at] + bytes([octets[at] ^ 1 << chance.randrange(8)]) + octets[at + 1 :]
            )
            failed, verdict = faults_of(claims, archive)
            assert verdict == "failed", (path, at)
            assert path.relative_to(archive).as_posix() in {one.file for one in failed}, (path, at)
        path.write_bytes(octets)


@pytest.mark.parametrize("change", ["cut", "emptied", "longer", "garbage", "gone", "folder"])
def test_a_file_that_is_not_whole_is_named(archive, claims, change):
    chance = random.Random(SEED)  # noqa: S311 - as above
    for path in needed(archive):
        octets = path.read_bytes()
        path.unlink()
        match change:
            case "cut":
                path.write_bytes(octets[: chance.randrange(len(octets))])
            case "emptied":
                path.write_bytes(b"")
            case "longer":
                path.write_bytes(octets + b"\0")
            case "garbage":
                path.write_bytes(chance.randbytes(len(octets)))
            case "folder":
                path.mkdir()
        failed, verdict = faults_of(claims, archive)
        assert verdict == "failed", path
        name = path.relative_to(archive).as_posix()
        assert {name, name.removesuffix(".open")} & {one.file for one in failed}, path
        if path.is_dir():
            path.rmdir()
        path.write_bytes(octets)


def test_a_file_that_nobody_logged_is_unexpected(archive, claims):
    for name in (
        "warc/other.warc.gz",
        "warc/notes.txt",
        "warc/below/x.warc.gz",
        "text/00/readme",
        f"text/00/{'0' * 64}.txt",
        f"documents/ff/{'f' * 64}.json",
        "log/note",
        "log/tile/0/abc",
        "log/tile/0/000.p/0",
        "log/anchors/1",
        "log/witnesses/x",
        "keys/secret",
    ):
        path = archive / name
        made = [folder for folder in path.parents if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        failed, _ = faults_of(claims, archive)
        assert name in {one.file for one in failed}
        path.unlink()
        if made:
            shutil.rmtree(made[-1])
    assert faults_of(claims, archive) == ([], "consistent")


def test_what_may_not_be_read_is_open_and_not_failed(archive, claims):
    for path in needed(archive):
        path.rename(path.with_name("hidden"))
        path.symlink_to(path.name)  # ELOOP: something is there, and nobody may see it
        found, _ = claims(archive)
        own = [one for one in found if one.file == path.relative_to(archive).as_posix()]
        assert own, path
        assert all(one.verdict is Verdict.NOT_CHECKED for one in own[:1]), own
        path.unlink()
        path.with_name("hidden").rename(path)
