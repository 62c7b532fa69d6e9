"""`import`: foreign WARC files become captures, and say for ever that they were not fetched."""

import gzip
import json
import uuid
import zipfile

import pytest

OLD = "<!doctype html><title>x</title><h1>A ferry runs</h1><div class=story><p>{}</p></div>"

PLAINLY = ("200 OK", [], "GET")


def record(kind, url, date, head, body=b""):
    block = "\r\n".join((*head, "", "")).encode() + body
    fields = (
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {date}",
        f"Content-Type: application/http; msgtype={kind}",
        f"Content-Length: {len(block)}",
    )
    return "\r\n".join((*fields, "", "")).encode() + block + b"\r\n\r\n"


@pytest.fixture
def foreign(tmp_path):
    """Writes a WARC file as other crawlers do: `foreign("a.warc.gz", (url, date, body, …), …)`.

    The request comes behind its response and names it.
    """

    def write(name, *exchanges, packed=gzip.compress):
        octets = b""
        for url, date, body, *more in exchanges:
            status, fields, method = more or PLAINLY
            head = (f"HTTP/1.1 {status}", "Content-Type: text/html", *fields)
            told = record("response", url, date, head, body)
            asked = record("request", url, date, (f"{method} / HTTP/1.1", "Host: x"))
            tie = told.split(b"WARC-Record-ID: ")[1].split(b"\r\n")[0]
            asked = asked.replace(
                b"WARC-Type:", b"WARC-Concurrent-To: " + tie + b"\r\nWARC-Type:", 1
            )
            octets += packed(told) + packed(asked)
        (tmp_path / name).write_bytes(octets)
        return tmp_path / name

    return write


def page(words):
    return OLD.format(words * 9).encode()


def test_an_import_adds_to_the_history_and_replaces_nothing_newer(site, run, foreign, tmp_path):
    live = run("fetch", site.url("/a"), "--allow-private", "--json").only
    path = foreign("old.warc.gz", (site.url("/a"), "2014-03-01T10:00:00Z", page("By rope. ")))
    told = run("import", path, "--json").only
    assert (told["outcome"], told["origin"]) == ("captured", "import")
    assert told["observed_at"] == "2014-03-01T10:00:00.000000Z"
    looks = run("history", site.url("/a"), "--json").objects
    assert [look["origin"] for look in looks] == ["import", "live"]
    run("export", "jsonl", "-o", "out.jsonl")
    (row,) = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert (row["title"], row["record"]) == (live["document"]["title"], live["record"])
    assert row["first_seen"] == told["observed_at"]


def test_what_was_taken_is_not_taken_again(site, run, foreign):
    path = foreign("old.warc", (site.url("/a"), "2014-03-01T10:00:00Z", page("x ")), packed=bytes)
    assert run("import", path).code == 0
    again = run("import", path, "--json")
    assert (again.code, again.out) == (0, "")
    assert "1 taken before" in again.err


def test_a_redirect_into_the_unknown_is_a_hop_and_no_failure(site, run, foreign):
    away = ("301 Moved", ["Location: http://elsewhere.example/"], "GET")
    path = foreign("r.warc.gz", (site.url("/old"), "2014-03-01T10:00:00Z", b"", *away))
    told = run("import", path, "--json").only
    assert (told["outcome"], told["reason"]) == ("skipped", "not_in_import")


def test_what_was_posted_is_left_out(site, run, foreign):
    path = foreign(
        "p.warc.gz", (site.url("/form"), "2014-03-01T10:00:00Z", page("x "), "200 OK", [], "POST")
    )
    ended = run("import", path)
    assert "asked for by POST" in ended.err
    assert run("history", site.url("/form")).code == 2


def test_what_an_address_says_was_posted_is_left_out(site, run, foreign):
    url = site.url("/form") + "?__wb_method=POST&name=a"
    path = foreign("p.warc.gz", (url, "2014-03-01T10:00:00Z", page("x ")))
    assert "asked for by POST" in run("import", path).err
    assert run("history", url).code == 2


def test_a_wacz_is_read_by_its_warc_files(site, run, foreign, tmp_path):
    path = foreign("data.warc.gz", (site.url("/a"), "2014-03-01T10:00:00Z", page("x ")))
    with zipfile.ZipFile(tmp_path / "crawl.wacz", "w") as wacz:
        wacz.write(path, "archive/data.warc.gz")
    assert run("import", tmp_path / "crawl.wacz", "--json").only["outcome"] == "captured"


def test_a_wacz_whose_packing_is_broken_is_refused_by_name(run, foreign, tmp_path):
    path = foreign("old.warc", ("http://a.example/", "2014-03-01T10:00:00Z", page("x ")))
    wacz = tmp_path / "broken.wacz"
    with zipfile.ZipFile(wacz, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(path, "archive/data.warc")
    octets = bytearray(wacz.read_bytes())
    octets[30 + len("archive/data.warc")] = 0xFF  # a kind of block that deflate does not have
    wacz.write_bytes(octets)
    told = run("import", wacz)
    assert told.code != 0
    assert "it is a zip file that is broken" in told.err


def test_a_warc_that_ends_with_a_zip_is_a_warc(site, run, foreign, tmp_path):
    inside = tmp_path / "inside.zip"
    with zipfile.ZipFile(inside, "w") as packed:
        packed.writestr("a.txt", "a")
    page_first = (site.url("/a"), "2014-03-01T10:00:00Z", page("x "))
    path = foreign("old.warc", page_first, packed=bytes)
    head = ("HTTP/1.1 200 OK", "Content-Type: application/zip")
    last = record("response", site.url("/z"), "2014-03-01T10:00:01Z", head, inside.read_bytes())
    path.write_bytes(path.read_bytes() + last)
    assert len(run("import", path, "--json").objects) == 2


def test_an_audit_finds_an_imported_archive_sound(site, run, foreign):
    path = foreign("old.warc.gz", (site.url("/a"), "2014-03-01T10:00:00Z", page("By rope. ")))
    run("import", path)
    assert run("audit").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"filedesc://x.arc 0.0.0.0 20140301 text/plain 76\n1 0 x\n\n", "it is an ARC file"),
        (b"PK\x05\x06" + bytes(18), "a zip file without a WARC file"),
        (b"", "it is empty"),
        (b"<html>", "no WARC file"),
    ],
)
def test_what_is_no_warc_is_refused_by_name(run, tmp_path, content, said):
    path = tmp_path / "given.warc.gz"
    path.write_bytes(content)
    ended = run("import", path)
    assert (ended.code, said in ended.err, str(path) in ended.err) == (3, True, True)


def test_a_file_that_is_cut_short_gives_its_whole_records_and_is_1(site, run, foreign):
    path = foreign(
        "cut.warc.gz",
        (site.url("/a"), "2014-03-01T10:00:00Z", page("x ")),
        (site.url("/b"), "2014-03-02T10:00:00Z", page("y ")),
    )
    path.write_bytes(path.read_bytes()[:-40])
    ended = run("import", path, "--json")
    assert ended.code == 1
    assert [one["url"] for one in ended.objects[:1]] == [site.url("/a")]
    assert str(path) in ended.err
