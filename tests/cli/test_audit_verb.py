"""`dateline audit`: an archive that the command itself has made, and what is done to it."""

from pathlib import Path

import pytest

FIELDS = {"check", "subject", "verdict", "expected", "actual", "file", "record"}


@pytest.fixture
def archived(desk, answer, declare, run):
    """The command over an archive with a page that was changed, and one that is missing."""
    declare("harbour", desk)
    desk.pages["/a"] = answer()
    assert run("fetch", desk.url("/a"), "--allow-private").code == 0
    desk.pages["/a"] = answer("<h1>New</h1><div class=story><p>Other words.</p></div>")
    run("fetch", desk.url("/a"), desk.url("/b"), "--allow-private")
    return run


@pytest.fixture
def pin(archived):
    path = Path("pin")
    path.write_text(archived("checkpoint").out)
    return path


def warc():
    return next(Path("archive/warc").iterdir())


def test_a_whole_archive_ends_with_0_and_says_that_it_is_only_consistent(archived):
    told = archived("audit")
    assert (told.code, told.out.splitlines()[-1]) == (0, "consistent: 11 entries")
    assert "rewritten everything" in told.err
    assert "does not prove that the website sent them" in told.err
    steps = [line[:21].strip() for line in told.out.splitlines()[:5]]
    assert steps[0] == "checkpoint, keys"
    assert "entries and tree" in steps


def test_json_gives_one_object_a_claim_and_then_the_summary(archived):
    *claims, summary = archived("audit", "--json").objects
    assert all(claim.keys() == FIELDS for claim in claims)
    assert (summary["verdict"], summary["tree_size"]) == ("consistent", 11)
    assert sum(summary["counts"].values()) == len(claims)
    assert {"catalog", "records", "seals", "texts"} <= {claim["check"] for claim in claims}


def test_a_pin_and_the_key_make_it_verified(archived, pin):
    told = archived("audit", "--pin", pin, "--vkey", "archive/keys/log.vkey")
    assert (told.code, told.out.splitlines()[-1]) == (0, "verified: 11 entries")
    assert "Held against a pinned checkpoint" in told.err
    assert archived("audit", "--pin", pin, "--since-pin").code == 0


def test_what_was_changed_ends_with_1_and_is_named_with_both_values(archived):
    path = warc()
    octets = path.read_bytes()
    path.write_bytes(octets[:-1] + bytes([octets[-1] ^ 1]))
    told = archived("audit")
    assert told.code == 1
    assert str(path.relative_to("archive")) in told.out
    assert "expected" in told.out
    assert told.out.splitlines()[-1] == "failed: 11 entries"


def test_what_cannot_be_read_ends_with_3(archived, run):
    path = warc()
    path.unlink()
    path.symlink_to(path.name)
    assert run("--archive", "nowhere", "audit").code == 3
    told = archived("audit", "--json").objects
    assert "missing" not in {
        claim.get("actual") for claim in told if claim.get("file") == str(path)
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("--sample", "2"),
        ("--sample", "-10%"),
        ("--sample", "some"),
        ("--pin", "nowhere"),
        ("--vkey", "configs/harbour.yaml"),
        ("--since-pin",),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_wrong(archived, arguments):
    told = archived("audit", *arguments)
    assert told.code == 2
    assert arguments[0] in told.err or "share" in told.err


def test_a_sample_and_no_catalog_are_told_as_not_checked(archived):
    *claims, summary = archived("audit", "--sample", "0%", "--no-catalog", "--json").objects
    open_ones = {claim["check"] for claim in claims if claim["verdict"] == "not_checked"}
    assert {"digests", "derivation", "catalog"} <= open_ones
    assert summary["verdict"] == "consistent"


def test_a_bundle_of_this_archive_is_checked_with_it(archived, desk):
    assert archived("prove", desk.url("/a"), "-o", "a.wacz").code == 0
    *claims, summary = archived("audit", "--bundle", "a.wacz", "--json").objects
    (held,) = [one for one in claims if one["check"] == "bundles" and one["verdict"] == "verified"]
    assert held["file"] == "a.wacz"
    assert summary["verdict"] == "consistent"
    octets = Path("a.wacz").read_bytes()
    Path("a.wacz").write_bytes(octets[: len(octets) // 2])
    assert archived("audit", "--bundle", "a.wacz").code == 1
    assert archived("audit", "--bundle", "none.wacz").code == 1
