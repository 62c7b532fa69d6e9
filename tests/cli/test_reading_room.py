"""The web page over an archive that `fetch` has made, hostile pages among them."""

import json
import re
import signal
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote

import httpx
import pytest
from msgspec.structs import replace

from fixtures.witness_house import WitnessHouse
from pipeline.catalog import Catalog, embedded
from pipeline.ground.alarm import Kind, Vigil
from pipeline.ground.clock import SystemClock
from pipeline.ledger import witness
from pipeline.ledger.keys import published
from pipeline.ledger.proof import read_proof
from pipeline.ledger.witness import Cosignature
from pipeline.settings import Settings
from pipeline.web.admission import Admission
from pipeline.web.application import application, room
from pipeline.web.desk import Desk
from pipeline.web.downloads import Bundles

BASE = "http://127.0.0.1:8484"

HOSTILE = (
    "<!doctype html><html lang='en\"><script>'><head><title>t</title></head><body>"
    "<h1>&lt;script&gt;alert(1)&lt;/script&gt; \u202egnp.exe &quot;onload=&quot;x</h1>"
    "<time datetime='&lt;img src=x onerror=alert(2)&gt;'>now</time>"
    "<p class=by>&lt;b&gt;Nobody&lt;/b&gt;\u2066</p>"
    "<a class=source href='javascript:alert(3)'>&lt;i&gt;source&lt;/i&gt;</a>"
    "<div class=story><p>{{ 7 * 7 }} &lt;script src=//elsewhere.example/x.js&gt;&lt;/script&gt;"
    " and words enough that this counts as an article.</p><p>"
    + "&lt;a&gt;" * 60_000
    + "</p></div></body></html>"
)
RULES = [
    {
        "title": "h1",
        "body": "div.story",
        "published": "time@datetime",
        "byline": ".by",
        "source": {"name": "a.source", "url": "a.source@href"},
    }
]
NOWHERE = (
    "/log/tile/..%2f..%2f..%2fcatalog.sqlite",
    "/log/tile/0/%2e%2e/../../catalog.sqlite",
    "/static/..%2fapplication.py",
    "/static/%2e%2e/application.py",
    "/replay/..%2fdesk.py",
    "/text/..%2f..%2fcatalog.txt",
    "/entry/-1.json",
    "/entry/99999999999999999999.json",
    "/provenance/%00",
    "/document?url=%00",
    "/document?url=file:///etc/passwd",
    "/document",
    "/sites/..%2f..%2fetc",
    "/sites/harbour?state=%27%20or%201=1",
    "/sites/harbour?at=yesterday",
    "/changes?before=never",
    "/diff",
    "/bundle/x.wacz",
)
EDITED = (
    "<!doctype html><html lang=en><h1>A bridge opens</h1><time datetime=2026-03-18>d</time>"
    "<div class=story><p>The bridge over the broad river was opened to carts this morning.</p>"
    "<p>It replaces the rope ferry, which had crossed the water for ninety years.</p></div></html>"
)


@pytest.fixture
def read(run, desk, answer, declare, browse, tmp_path):
    """An archive with two documents, one of them hostile, and a client of its page."""
    declare("harbour", desk, extract=RULES)
    desk.pages |= {"/a": answer(), "/<img src=x>?a='\"": answer(HOSTILE), "/h": answer(HOSTILE)}
    options = ("--archive", "archive", "--configs", "configs", "--allow-private")
    assert run("fetch", desk.url("/a"), desk.url("/h"), *options).code == 0
    desk.pages["/a"] = answer(EDITED)
    assert run("fetch", desk.url("/a"), *options).code == 0
    settings = Settings.read(archive=tmp_path / "archive", configs=tmp_path / "configs")
    with closing(Desk(settings, SystemClock())) as at, closing(Bundles()) as bundles:
        app = application(room(at, bundles), Admission(token=None))
        yield browse(app)


def document(read, url):
    return read.get("/document", params={"url": url})


def links(page, prefix):
    return re.findall(rf'href="({re.escape(prefix)}[^"]*)"', page.text.replace("&amp;", "&"))


def paths(read, desk):
    """An address of every page there is."""
    at = document(read, desk.url("/a"))
    record = links(at, "/provenance/")[0].rpartition("/")[2]
    url = quote(desk.url("/a"), safe="")
    yield from ("/", "/changes", "/sites/harbour", "/sites/harbour?state=edited", "/alarms")
    yield from ("/audit", f"/document?url={url}", f"/diff?url={url}")
    yield from (f"/diff?url={url}&view=inline", f"/provenance/{record}", f"/archived/{record}")
    yield from (f"/document?url={quote(desk.url('/h'), safe='')}", "/nowhere", "/sites/nobody")


def test_every_page_says_what_it_may_do_and_takes_nothing_from_elsewhere(read, desk):
    for path in paths(read, desk):
        page = read.get(path)
        assert page.status_code == (404 if "no" in path.rpartition("/")[2][:2] else 200), path
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
        sources = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page.text)
        assert all(source.startswith("/") for source in sources), path
        assert "style=" not in page.text
        assert "<script>" not in page.text


def test_what_a_hostile_page_says_is_shown_and_does_nothing(read, desk):
    page = document(read, desk.url("/h"))
    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "<script>alert" not in page.text
    assert "elsewhere.example/x.js&gt;" in page.text
    assert 'href="javascript:' not in page.text
    assert "\u202e" not in page.text
    assert '<span class="hidden-mark">U+202E</span>' in page.text
    assert "more characters" in page.text
    for path in ("/", "/changes", "/sites/harbour"):
        listed = read.get(path).text
        assert "\u202e" not in listed
        assert "<script>alert" not in listed


def test_a_document_is_found_by_any_variant_of_its_address(read, desk):
    assert "A bridge opens" in document(read, desk.url("/a?t=5")).text


def test_an_edit_is_shown_word_by_word(read, desk):
    (between,) = set(links(document(read, desk.url("/a")), "/diff"))
    page = read.get(between)
    assert "<del>narrow</del> " in page.text
    assert "<ins>broad</ins> " in page.text


def test_an_edit_is_found_by_any_variant_of_its_address(read, desk):
    page = read.get("/diff", params={"url": desk.url("/a?t=5")})
    assert page.status_code == 200
    assert "<ins>broad</ins> " in page.text


def test_alarms_that_stand_are_on_every_page_that_they_concern(read, tmp_path):
    since = datetime(2026, 3, 1, tzinfo=UTC)
    vigil = Vigil(
        kind=Kind.STALE,
        subject="harbour",
        site="harbour",
        since=since,
        raised_at=since,
        detail="<b>nothing new</b>",
    )
    archive = replace(vigil, kind=Kind.PAUSED, subject="archive", site=None)
    with closing(Catalog.open(embedded(tmp_path / "archive"))) as catalog, catalog.batch() as batch:
        batch.alarms.keep([vigil, archive])
    for path in ("/", "/alarms", "/sites/harbour"):
        page = read.get(path)
        assert page.status_code == 200
        assert "&lt;b&gt;nothing new&lt;/b&gt;" in page.text
    assert "stale" in read.get("/sites/harbour").text


def test_a_config_that_is_refused_is_named(read, tmp_path):
    (tmp_path / "configs/harbour.yaml").write_text("site: harbour\nnam: <i>\n", "utf-8")
    page = read.get("/alarms")
    assert "config refused" in page.text
    assert "<i>" not in page.text


def test_of_many_sites_those_in_trouble_come_first_and_the_others_page_by_page(
    read, declare, desk, tmp_path
):
    for number in range(150):
        declare(f"quay{number:03}", desk, match=[f"quay{number:03}.example"])
    since = datetime(2026, 3, 1, tzinfo=UTC)
    vigil = Vigil(kind=Kind.STALE, subject="quay149", site="quay149", since=since, raised_at=since)
    with closing(Catalog.open(embedded(tmp_path / "archive"))) as catalog, catalog.batch() as batch:
        batch.alarms.keep([vigil])
    first, then = read.get("/"), read.get("/", params={"sites": "100"})
    assert first.text.count('<th scope="row"><a href="/sites/') == 100
    assert then.text.count('<th scope="row"><a href="/sites/') == 51
    assert first.text.index("quay149</a>") < first.text.index("quay000</a>")
    assert "More sites" in first.text
    assert "More sites" not in then.text
    assert "151" in first.text
    assert read.get("/", params={"sites": "99999999999"}).status_code == 200
    assert read.get("/sites/quay007").status_code == 200
    assert read.get("/sites/quay999").status_code == 404


def test_what_the_last_audit_found_is_shown(read, tmp_path):
    claim = {"check": "capture", "subject": "<u>", "verdict": "failed", "expected": "a"}
    said = {
        "at": "2026-03-01T00:00:00.000000Z",
        "summary": {"verdict": "failed"},
        "counts": [["capture", "failed", 1], ["tree", "verified", 12]],
        "failed": [claim],
    }
    (tmp_path / "archive/last-audit.json").write_text(json.dumps(said), "utf-8")
    page = read.get("/audit")
    assert "expected <bdi>a</bdi>, found <bdi>None</bdi>" in page.text
    assert "&lt;u&gt;" in page.text
    assert "2026-03-01" in read.get("/").text
    (tmp_path / "archive/last-audit.json").write_text("{", "utf-8")
    assert read.get("/audit").status_code == 200


def test_what_was_taken_down_is_named_and_not_shown(run, read, desk):
    at = document(read, desk.url("/a"))
    record, text = links(at, "/provenance/")[0].rpartition("/")[2], links(at, "/text/")[0]
    (where,) = set(links(at, "/diff"))
    options = ("--archive", "archive", "--configs", "configs")
    reason = "asked by <the> owner"
    assert run("tombstone", record, "--reason", reason, *options).code == 0
    page = document(read, desk.url("/a"))
    assert "taken down: asked by &lt;the&gt; owner" in page.text
    assert "broad river" not in page.text
    assert "owner" in read.get(f"/archived/{record}").text
    assert "owner" in read.get(f"/provenance/{record}").text
    run("search", "river", *options)
    traced = read.get("/trace", params={"url": desk.url("/a")})
    assert (traced.status_code, "asked by &lt;the&gt; owner" in traced.text) == (400, True)
    for path in (text, where):
        assert read.get(path).status_code == 404
    assert read.get(f"/bundle/{record}.wacz").status_code == 503


def test_pieces_of_a_bundle_fit_together_while_the_log_grows(run, read, desk):
    (path,) = links(read.get(links(document(read, desk.url("/a")), "/provenance/")[0]), "/bundle/")
    whole = read.get(path).content
    begins = read.get(path, headers={"Range": "bytes=0-99"}).content
    options = ("--archive", "archive", "--configs", "configs", "--allow-private")
    assert run("fetch", desk.url("/a"), *options).code == 0
    ends = read.get(path, headers={"Range": "bytes=100-"})
    assert (ends.status_code, begins + ends.content == whole) == (206, True)
    assert read.get(path).content != whole


def test_an_archive_whose_log_is_broken_says_that_nothing_is_proven(read, desk, tmp_path):
    at = document(read, desk.url("/a"))
    (tmp_path / "archive/log/checkpoint").write_bytes(b"nonsense\n")
    page = read.get(links(at, "/provenance/")[0])
    assert page.status_code == 200
    assert "Nothing of this is proven" in page.text


def test_an_archive_without_a_catalog_has_pages_too(browse, tmp_path):
    settings = Settings.read(archive=tmp_path / "none", configs=tmp_path / "configs")
    with closing(Desk(settings, SystemClock())) as at, closing(Bundles()) as bundles:
        browser = browse(application(room(at, bundles), Admission(token=None)))
        for path in ("/", "/changes", "/alarms", "/audit", "/search?q=a", "/trace?text=a"):
            assert browser.get(path).status_code == 200, path
        assert browser.get("/log/checkpoint").status_code == 404
        assert not (tmp_path / "none").exists()


def test_words_are_found_deleted_ones_too(run, read, desk):
    assert "not indexed yet" in read.get("/search?q=river").text
    assert run("search", "river", "--archive", "archive", "--configs", "configs").code == 0
    page = read.get("/search?q=narrow")
    assert "<mark>narrow</mark>" in page.text
    assert "no longer said" in page.text
    assert "text=sha256" in next(iter(links(page, "/document?")))
    hostile = read.get("/search?q=article").text
    assert "<script>alert" not in hostile
    assert "\u202e" not in hostile
    assert read.get("/search", params={"q": desk.url("/a")}).headers["location"].startswith("/doc")


def test_a_query_that_cannot_be_read_says_where(run, read):
    assert run("search", "river", "--archive", "archive", "--configs", "configs").code == 0
    page = read.get("/search", params={"q": '"<b>'})
    assert page.status_code == 400
    assert "cannot be read at character" in page.text
    assert "<b>" not in page.text


def test_a_passage_is_traced_and_so_is_a_document(run, read, desk):
    assert run("search", "river", "--archive", "archive", "--configs", "configs").code == 0
    page = read.get("/trace", params={"text": "which had crossed the water for ninety years"})
    assert "<mark>which had crossed the water for ninety years" in page.text
    assert read.get("/trace", params={"text": "!"}).status_code == 400
    assert read.get("/trace", params={"url": desk.url("/a")}).status_code == 200
    assert read.get("/trace", params={"url": "http://nowhere.example/"}).status_code == 400


def test_what_is_downloaded_is_never_a_page_of_ours(read, desk):
    at = document(read, desk.url("/h"))
    (text,) = links(at, "/text/")
    proof = read.get(links(at, "/provenance/")[0])
    taken = [text, *links(proof, "/entry/"), *links(proof, "/bundle/")]
    assert len(taken) == 4
    for path in taken:
        found = read.get(path)
        assert found.status_code == 200
        assert found.headers["content-disposition"].startswith("attachment")
        assert found.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert "html" not in found.headers["content-type"]


def test_a_bundle_comes_whole_and_in_pieces_and_holds_the_page(read, desk):
    proof = read.get(links(document(read, desk.url("/a")), "/provenance/")[0])
    (path,) = links(proof, "/bundle/")
    whole = read.get(path)
    names = zipfile.ZipFile(BytesIO(whole.content)).namelist()
    assert {"datapackage.json", "pages/pages.jsonl"} <= {*names}
    piece = read.get(path, headers={"Range": "bytes=0-3"})
    assert (piece.status_code, piece.content) == (206, whole.content[:4])


def test_a_proof_is_one(read, desk):
    proof = read.get(links(document(read, desk.url("/a")), "/provenance/")[0])
    (path,) = (one for one in links(proof, "/entry/") if one.endswith("proof"))
    assert read_proof(read.get(path).content)


def test_the_log_is_served_as_its_files_are(read, tmp_path):
    folder = tmp_path / "archive/log"
    checkpoint = read.get("/log/checkpoint")
    assert checkpoint.content == (folder / "checkpoint").read_bytes()
    tiles = [path for path in folder.glob("tile/**/*") if path.is_file()]
    assert tiles
    for path in tiles:
        served = read.get(f"/log/{path.relative_to(folder).as_posix()}")
        assert served.content == path.read_bytes()
        assert "immutable" in served.headers["cache-control"]


def test_a_path_that_leads_nowhere_says_so(read):
    for path in NOWHERE:
        page = read.get(path)
        assert page.status_code == 404, path
        assert "root:" not in page.text


def test_the_chain_ends_in_the_witnesses_and_says_whose_key_is_not_known(run, read, desk, tmp_path):
    archive = tmp_path / "archive"
    key = published(archive)
    with (
        WitnessHouse(key, name="witness.example/known") as known,
        WitnessHouse(key, name="witness.example/unknown") as unknown,
    ):
        note = (archive / "log" / "checkpoint").read_bytes()
        cosigned = datetime(2026, 11, 28, 6, tzinfo=UTC)
        lines = [
            Cosignature(line=one.cosign(note, at=cosigned.timestamp()), cosigned_at=cosigned)
            for one in (known, unknown)
        ]
        witness.store(archive, note, lines)
        asked = f"{{vkey: '{known.vkey}', url: '{known.url}'}}"
    (tmp_path / "dateline.yaml").write_text(f"ledger: {{witnesses: {{ask: [{asked}]}}}}\n")
    shown = run("show", desk.url("/a"), "--json").objects[0]["proof"]["witnesses"]
    assert [(one["name"], one["at"]) for one in shown] == [
        ("witness.example/known", "2026-11-28T06:00:00.000000Z"),
        ("witness.example/unknown", None),
    ]
    page = read.get(links(document(read, desk.url("/a")), "/provenance/")[0]).text
    assert "witness.example/known" in page
    assert page.count("its key is not in dateline.yaml") == 2  # its settings were read before


def test_nothing_can_be_written(read):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert read.request(method, "/").status_code == 405


def test_this_machine_is_known_by_its_names_and_by_no_other(read):
    """A name that leads to our address would else make every page in the browser one of ours."""
    for host in ("elsewhere.example", "127.0.0.1.elsewhere.example", "", "@", "[::1"):
        assert read.get("/", headers={"Host": host}).status_code == 421, host
    for host in ("localhost", "127.0.0.1:99", "[::1]:8484", "LOCALHOST:1"):
        assert read.get("/", headers={"Host": host}).status_code == 200, host


def test_nobody_s_crawler_is_welcome(read):
    assert read.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_nothing_of_the_archived_page_may_run_in_the_players_frame(read):
    worker = read.get("/replay/sw.js")
    assert "sandbox allow-same-origin" in worker.text
    frame = read.get("/replay/")
    assert "frame-ancestors 'self'" in frame.headers["content-security-policy"]
    assert frame.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("read")
def test_serve_says_what_is_wrong_with_an_address_that_others_reach(run):
    told = run("serve", "--listen", "0.0.0.0:0", "--archive", "archive", "--configs", "configs")
    assert told.code == 2
    assert "token" in told.err


@pytest.mark.usefixtures("read")
def test_serve_serves_until_it_is_told_to_end(process):
    where = ("--archive", "archive", "--configs", "configs")
    serving = process(*where, "serve", "--listen", "127.0.0.1:0")
    said = serving.stderr.readline().decode()
    base = re.search(r"http://\S+", said)[0]
    assert "A bridge opens" in httpx.get(f"{base}/changes", timeout=20).text
    assert httpx.get(f"{base}/metrics", timeout=20).status_code == 404
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(10) == 0


@pytest.mark.usefixtures("read")
def test_a_daemon_without_a_token_does_not_listen_where_others_reach_it(ended):
    where = ("--archive", "archive", "--configs", "configs")
    told = ended(*where, "run", "--listen", "0.0.0.0:0")
    assert told.code == 2
    assert "web: {token" in told.err


def test_serve_needs_an_archive(run):
    assert run("serve", "--archive", "nowhere").code == 2
