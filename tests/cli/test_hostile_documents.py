"""What strangers write into every field of a page and its answer is shown, and does nothing."""

import json
import re
import uuid
from contextlib import closing

import pytest

from fixtures import atom_rules
from pipeline.ground.clock import SystemClock
from pipeline.ground.hidden import HIDDEN
from pipeline.settings import Settings
from pipeline.web.admission import Admission
from pipeline.web.application import application, room
from pipeline.web.desk import Desk
from pipeline.web.downloads import Bundles

SITE = "http://hostile.example"
NASTY = (
    "n\u202eevil\u2066x\u200f\x1b[31mred\x1b]0;t\x07 <script>alert(1)</script> &amp;"
    " \u2028\ufeff\ufffe\U000e0041\x7f\x9b31m \x00 javascript:alert(1)"
)
P = (
    "<p>The bridge over the narrow river was opened to carts and bicycles this morning.</p>"
    "<p>It replaces the rope ferry, which had crossed the water for ninety years.</p>"
)
LINKED = (
    r'{"@type": "NewsArticle", "headline": "\ud800 \u202e \u001b[31m", "author": {"name":'
    r' "\udc00\u0000"}, "datePublished": "\u202e", "inLanguage": "\u001b", "keywords": ["\ud83d"]}'
)
FIELDS = (
    'ETag: "\x1b[31m\u202e<script>"',
    "Last-Modified: \u202e\x1b[2Jyesterday",
    "Server: \x1b]0;x\x07<script>",
    "Content-Language: \u202een",
    "X-Folded: a\r\n b\x1b",
)
LONGEST = 9_900_000
END = 2_100_000
ENDLESS = {
    "word": "x" * LONGEST,
    "words": "word " * (END // 5),
    "marks": "\u202e" * (END // 3),
    "signs": "&lt;&#39;" * (END // 9),
    "han": "北京大学" * (END // 12),
}


def quoted(text):
    for sign, name in zip("&<>\"'", ("amp", "lt", "gt", "quot", "#39"), strict=True):
        text = text.replace(sign, f"&{name};")
    return text


def page(body=P, *, head="", **said):
    fields = dict.fromkeys(("title", "by", "date", "source", "link"), "") | said
    return (
        f"<!doctype html><html lang='en'><head>{head}</head><body><h1>{fields['title']}</h1>"
        f"<time datetime='{fields['date']}'>d</time><p class=by>{fields['by']}</p>"
        f"<a class=source href='{fields['link']}'>{fields['source']}</a>"
        f"<div class=story>{body}</div></body></html>"
    )


NAMES = ("og:title", "og:site_name", "article:section", "article:published_time", "keywords")
EVERYWHERE = page(
    f"<p>{quoted(NASTY)}</p>{P}",
    title=quoted(NASTY),
    by=quoted(NASTY),
    date=quoted(NASTY),
    source=quoted(NASTY),
    link="javascript:alert(3)",
    head=f"<title>{quoted(NASTY)}</title><link rel=canonical href='javascript:alert(1)'>"
    f"<link rel=amphtml href='data:text/html,x'><meta charset='{quoted(NASTY)}'>"
    + "".join(f"<meta property='{one}' content='{quoted(NASTY)}'>" for one in NAMES),
)
PAGES = {
    "/all": (EVERYWHERE, "text/html; charset=utf-8"),
    "/ld": (
        f'<script type="application/ld+json">{LINKED}</script>' + page(title="&#xd800;&#27;[1m")
    ),
    "/entities": (
        '<!DOCTYPE html [<!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + page(f"<p>&x; &b;</p>{P}", title="&x;")
    ),
    "/charset": (page(title="c"), 'text/html; charset="\u202e\x1b[31m<script>"'),
    "/kind": (page(title="k"), "text/\u202e<script>;x=\x1b[31m"),
    "/a[b]|c^d?e[]=f|g\\h": page(title="signs that browsers bear"),
    "/raw\u202e<b>\"'`{}": page(title="its address is written with the signs themselves"),
    "/%E2%80%AE%1b%00/..%2f..%2fetc?<script>=%0d%0aX:y&q='": page(title="an address"),
}


def record(url, body, kind="text/html; charset=utf-8", fields=(), status="200 OK"):
    body = body.encode("utf-8", "surrogatepass")
    head = "\r\n".join(
        (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields, f"Content-Length: {len(body)}")
    )
    block = head.encode() + b"\r\n\r\n" + body
    said = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2026-03-01T10:00:00Z\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return said.encode() + block + b"\r\n\r\n"


@pytest.fixture
def imported(run, declare, desk, tmp_path):
    """Imports pages, given by path, each of them twice with a word changed."""
    declare(
        "hostile",
        desk,
        match=["hostile.example"],
        extract=[
            {
                "title": "h1",
                "body": "div.story",
                "published": "time@datetime",
                "byline": ".by",
                "source": {"name": "a.source", "url": "a.source@href"},
            }
        ],
    )

    def take(pages, fields=()):
        for number, (old, new) in enumerate((("", ""), ("narrow river", "broad river"))):
            file = tmp_path / f"{number}.warc"
            records = b""
            for path, given in pages.items():
                body, *kind = (given,) if isinstance(given, str) else given
                records += record(SITE + path, body.replace(old, new), *kind, fields=fields)
            day = f"2026-03-0{number + 1}T".encode()
            file.write_bytes(records.replace(b"2026-03-01T", day))
            assert run("import", file).code == 0

    return take


@pytest.fixture
def browser(run, browse, imported, tmp_path):  # noqa: ARG001 - declared before it is read
    """Makes a browser of the page over what was imported."""
    opened = []

    def make():
        assert run("search", "bridge").code == 0
        settings = Settings.read(archive=tmp_path / "archive", configs=tmp_path / "configs")
        desk, bundles = Desk(settings, SystemClock()), Bundles()
        opened.extend((closing(desk), closing(bundles)))
        return browse(application(room(desk, bundles), Admission(token=None)))

    yield make
    for one in reversed(opened):
        one.__exit__(None, None, None)


def everything(browser, query="bridge"):
    """Every page, answer and feed, by its address; `text` of a document is a file, and is not."""
    to_see = ["/", "/changes", "/alarms", "/audit", "/sites/hostile", f"/search?q={query}"]
    to_see += [
        f"/trace?text={query}+over+the",
        "/feeds/changes.atom",
        f"/feeds/search.atom?q={query}",
    ]
    to_see += [f"/api/v1/{name}" for name in ("sites", "changes", "sites/hostile/documents")]
    to_see += [f"/api/v1/search?q={query}", f"/api/v1/trace?passage={query}+over+the"]
    known = browser.get("/api/v1/sites/hostile/documents").json()["documents"]
    for one in known:
        params = str(browser.get("/", params={"url": one["url"]}).request.url.query, "ascii")
        to_see += [f"/{name}?{params}" for name in ("document", "trace", "diff")]
        to_see += [f"/diff?{params}&view=inline", f"/api/v1/looks?{params}"]
        opened = browser.get(to_see[-5])
        to_see += re.findall(r'href="(/(?:provenance|archived)[^"]*)"', opened.text)
    assert known
    return {path: browser.get(path) for path in dict.fromkeys(to_see)}


def test_nothing_in_any_field_is_obeyed_by_a_browser_or_a_program(imported, browser):
    imported(PAGES, FIELDS)
    shown = everything(browser())
    assert len(shown) > 40
    for path, answer in shown.items():
        assert answer.status_code == 200 or "kind" in path, path  # of that no text was read
        assert not HIDDEN.search(answer.text), path
        assert "root:" not in answer.text
        if "json" in answer.headers["content-type"]:
            json.loads(answer.content)
        elif "atom" in answer.headers["content-type"]:
            assert atom_rules.faults(answer.content) == [], path
        else:
            assert "<script>alert" not in answer.text, path
            assert 'href="javascript:' not in answer.text, path


VERBS = (
    ("history", f"{SITE}/all"),
    ("show", f"{SITE}/all"),
    ("diff", f"{SITE}/all"),
    ("search", "evil OR ferry"),
    ("trace", "It replaces the rope ferry, which had crossed the water"),
    ("similar", f"{SITE}/all"),
    ("export", "jsonl", "-o", "-"),
    ("alarms",),
    ("sites",),
)


def test_nothing_in_any_field_is_obeyed_by_a_terminal(imported, run):
    imported(PAGES, FIELDS)
    for verb in VERBS:
        for options in ((), ("--json",)):
            told = run(*verb, *options)
            assert told.code in {0, 1}, verb
            assert told.out or verb == ("alarms",), verb
            assert not HIDDEN.search(told.out + told.err), verb
            if options:
                assert told.objects or verb == ("alarms",)


def test_files_of_an_export_have_names_of_ours_and_stay_in_their_folder(imported, run, tmp_path):
    imported(PAGES, FIELDS)
    before = {*tmp_path.iterdir()}
    assert run("export", "text", "-o", "out/texts", "--all-versions").code == 0
    assert {*tmp_path.iterdir()} == before | {tmp_path / "out"}
    names = sorted(path.name for path in (tmp_path / "out/texts").iterdir())
    assert names.pop() == "manifest.jsonl"
    assert all(re.fullmatch(r"\d{3}_[0-9a-f]{16}\.txt", name) for name in names)
    manifest = (tmp_path / "out/texts/manifest.jsonl").read_text("utf-8")
    assert not HIDDEN.search(manifest)
    assert [json.loads(line)["file"] for line in manifest.splitlines()] == names


def test_an_address_that_a_warc_file_spells_with_the_signs_themselves_is_taken(imported, run):
    imported(PAGES)
    urls = [one["url"] for one in run("export", "jsonl", "-o", "-").objects]
    assert any("%E2%80%AE%3Cb%3E" in url for url in urls)


def test_the_api_gives_the_beginning_of_an_endless_text_and_says_what_is_left_out(
    imported, browser
):
    imported({"/long": page(f"<p>{'x' * 1_200_000}</p>{P}", title="Long")})
    asked = browser()
    opened = asked.get("/api/v1/document", params={"url": f"{SITE}/long"}).json()
    digest = opened["document"]["text"].removeprefix("sha256:")
    whole = asked.get(f"/text/{digest}.txt").text
    assert len(opened["content"]) == 1_000_000
    assert whole.startswith(opened["content"])
    assert opened["left_out"] == len(whole) - 1_000_000


@pytest.mark.parametrize("what", sorted(ENDLESS))
def test_a_line_of_ten_megabytes_makes_no_page_long(imported, browser, what):
    imported({"/long": page(f"<p>{ENDLESS[what]}</p>{P}", title="Long")})
    for path, answer in everything(browser()).items():
        assert len(answer.content) < 600_000, path


def test_a_title_a_name_and_an_address_without_end_are_cut(imported, browser, run):
    endless = "word " * 500_000
    link = "http://x.example/" + "u" * 1_000_000
    imported({"/long": page(title=endless, by=endless, source=endless, link=link)})
    for path, answer in everything(browser(), query="word").items():
        assert len(answer.content) < 100_000, path
    for verb in (("show", f"{SITE}/long"), ("search", "ferry"), ("history", f"{SITE}/long")):
        assert len(run(*verb).out) < 10_000
