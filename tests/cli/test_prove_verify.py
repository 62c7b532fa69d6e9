"""`dateline prove` writes what `dateline verify` checks without the archive."""

import json
import shutil
import zipfile

import pytest

from pipeline.ledger.notes import SigningKey
from pipeline.ledger.reader import LogReader


@pytest.fixture
def told(site, run):
    """What `fetch --json` said of the article."""
    return run("fetch", site.url("/a"), "--allow-private", "--json").only


@pytest.fixture
def bundle(told, run, tmp_path):
    """A bundle of the article and its key, and no archive any more."""
    assert run("prove", told["record"], "-o", "a.wacz").code == 0
    (tmp_path / "log.vkey").write_bytes((tmp_path / "archive/keys/log.vkey").read_bytes())
    shutil.rmtree(tmp_path / "archive")
    return tmp_path / "a.wacz"


def test_a_bundle_verifies_without_the_archive(bundle, run):
    ended = run("verify", bundle, "--vkey", "log.vkey")
    assert ended.code == 0
    assert "consistent" in ended.out
    assert "/a" in ended.out
    assert "live" in ended.out
    assert "does not prove that the website sent them" in ended.err
    assert "rewritten everything" in ended.err


CLAIM = {"check", "subject", "verdict", "expected", "actual", "file", "record"}


def test_verify_json_is_a_claim_a_line_and_a_summary(bundle, told, run):
    *claims, summary = run("verify", bundle, "--vkey", "log.vkey", "--json").objects
    assert all(claim.keys() == CLAIM for claim in claims)
    assert {claim["verdict"] for claim in claims} == {"verified", "not_checked"}
    assert summary["verdict"] == "consistent"
    assert summary["counts"]["verified"] > 20
    assert summary["url"] == told["requested"]
    assert summary["observed_at"] == told["observed_at"]
    assert summary["origin"] == "live"


def test_prove_json_says_what_was_written(told, run, tmp_path):
    said = run("prove", told["record"], "-o", "new/b.wacz", "--json").only
    assert said["path"] == "new/b.wacz"
    assert said["verdict"] == "consistent"
    assert said["url"] == told["requested"]
    assert said["bytes"] == (tmp_path / "new" / "b.wacz").stat().st_size
    assert not list((tmp_path / "new").glob("*.new"))


def test_every_name_of_a_document_gives_the_same_bundle(site, told, run, tmp_path):
    text = told["document"]["text"]
    names = [
        *(text, text.removeprefix("sha256:"), text[:20], text.removeprefix("sha256:")[:8]),
        *(told["record"], told["visit"], site.url("/a"), site.url("/a?t=9")),
        *(str(told["entry"]), str(told["entry"] + 1)),
    ]
    made = set()
    for name in names:
        assert run("prove", name, "-o", "one.wacz").code == 0, name
        made.add((tmp_path / "one.wacz").read_bytes())
    assert len(made) == 1


def test_a_later_version_is_what_a_url_means(site, told, run, answer, tmp_path):
    site.pages["/a"] = answer("<h1>Shut</h1><div class=story><p>Nobody may cross it now.</p></div>")
    run("fetch", site.url("/a"), "--allow-private")
    for name, title in ((site.url("/a"), "Shut"), (told["record"], "A bridge opens")):
        assert run("prove", name, "-o", "one.wacz").code == 0
        with zipfile.ZipFile(tmp_path / "one.wacz") as packed:
            assert json.loads(packed.read("datapackage.json"))["title"] == title


@pytest.mark.usefixtures("told")
def test_a_page_with_the_same_bytes_is_proven_with_what_it_refers_to(site, run, answer):
    site.pages["/b"] = answer()
    run("fetch", site.url("/b"), "--allow-private")
    assert run("prove", site.url("/b"), "-o", "b.wacz").code == 0
    vkey = "archive/keys/log.vkey"
    summary = run("verify", "b.wacz", "--vkey", vkey, "--json").objects[-1]
    assert summary["verdict"] == "consistent"


def test_a_look_that_failed_can_be_proven(site, run):
    site.pages["/a"] = lambda talk, _head: talk.close()
    told = run("fetch", site.url("/a"), "--allow-private", "--json").only
    assert run("prove", told["visit"], "-o", "b.wacz").code == 0
    assert run("verify", "b.wacz", "--vkey", "archive/keys/log.vkey").code == 0


def test_the_pin_that_checkpoint_prints_makes_it_verified(told, run, tmp_path):
    (tmp_path / "pin").write_bytes(LogReader.open(tmp_path / "archive").octets)
    run("prove", told["record"], "-o", "b.wacz")
    ended = run("verify", "b.wacz", "--vkey", "archive/keys/log.vkey", "--pin", "pin")
    assert ended.code == 0
    assert "verified" in ended.out.splitlines()[-1]


def test_a_changed_bundle_is_1_and_names_the_file(bundle, run):
    octets = bytearray(bundle.read_bytes())
    octets[octets.index(b"A bridge opens\n\n")] ^= 1
    bundle.write_bytes(octets)
    ended = run("verify", bundle, "--vkey", "log.vkey", "--json")
    assert ended.code == 1
    assert ended.objects[-1]["verdict"] == "failed"
    assert run("verify", bundle, "--vkey", "log.vkey").code == 1


def test_another_key_is_1(bundle, run, tmp_path):
    (tmp_path / "other").write_text(f"{SigningKey.generate('x').verify_key}\n")
    ended = run("verify", bundle, "--vkey", "other")
    assert ended.code == 1
    assert "checkpoint" in ended.out


@pytest.mark.parametrize("option", ["--vkey", "--pin", "--tsa-cert", "--witness-policy"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"\xff\xfe"])
def test_what_the_checker_brings_must_be_what_it_is_for(bundle, run, tmp_path, option, content):
    if content is not None:
        (tmp_path / "brought").write_bytes(content)
    options = {"--vkey": "log.vkey"} | {option: "brought"}
    ended = run("verify", bundle, *(word for pair in options.items() for word in pair))
    assert ended.code == 2
    assert option in ended.err


@pytest.mark.usefixtures("bundle")
def test_a_bundle_that_cannot_be_read_is_3(run, tmp_path):
    for name in ("nowhere.wacz", tmp_path):
        ended = run("verify", name, "--vkey", "log.vkey")
        assert (ended.code, ended.out) == (3, "")
        assert "cannot read" in ended.err


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("what", ["http://x.example/", "never", "", "999999", "0" * 64, "f" * 32])
def test_what_was_never_seen_is_2(run, tmp_path, what):
    ended = run("prove", what, "-o", "x.wacz")
    assert ended.code == 2
    assert not (tmp_path / "x.wacz").exists()


def test_an_archive_that_does_not_prove_it_gives_no_bundle(told, run, tmp_path):
    (tmp_path / "archive" / told["document"]["path"]).write_text("Something else.\n")
    ended = run("prove", told["record"], "-o", "x.wacz")
    assert ended.code == 1
    assert "text" in ended.out
    assert not (tmp_path / "x.wacz").exists()


def test_a_place_that_cannot_be_written_is_3(told, run, tmp_path):
    (tmp_path / "file").touch()
    assert run("prove", told["record"], "-o", "file/x.wacz").code == 3
