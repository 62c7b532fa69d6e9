"""`init`: three commands from a URL that nobody prepared to a config that holds."""

import re

import pytest

from pipeline.ground.durable import NEW

QUICK = ("--allow-private", "--delay", "10ms")
"""The desk is ours and needs no rest; what is drafted has the same delay, for the verbs after."""

WORDS = "river bridge market council school harbour winter garden library station".split()  # noqa: SIM905


def story(number, body):
    sentences = [
        " ".join(
            f"The {WORDS[(number * 3 + part + one) % 10]} {number * 7 + part + one} was opened by"
            f" the {WORDS[(number + part * one) % 10]} committee today, officials said."
            for one in range(4)
        )
        for part in range(5)
    ]
    text = "".join(f"<p>{one}</p>" for one in sentences)
    return (
        f"<html lang=en><head><title>Story {number} | Harbour News</title>"
        f"<meta property='article:published_time' content='2026-03-1{number}T10:00:00+01:00'>"
        f"</head><body><nav>Home</nav><h1>Story {number} of the bridge</h1>"
        f"<{body}>{text}</{body.split()[0]}><footer>Copyright</footer></body></html>"
    )


def listed(body, head="", link="/news/10{0}.html"):
    links = "".join(
        f"<li class=news><a href='{link.format(n)}'>A harbour story, the {n}th of them</a></li>"
        for n in range(6)
    )
    return f"<html><head>{head}</head><body>{body}<ul>{links}</ul></body></html>"


def feed(desk):
    items = "".join(
        f"<item><title>t{n}</title><link>{desk.url(f'/news/10{n}.html')}</link></item>"
        for n in range(6)
    )
    return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


def sitemap(desk):
    urls = "".join(f"<url><loc>{desk.url(f'/news/10{n}.html')}</loc></url>" for n in range(6))
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"


@pytest.mark.parametrize(
    ("kind", "body"),
    [("listing", "div class=story-text"), ("feed", "article"), ("sitemap", "div id=text")],
)
def test_three_commands_lead_from_a_url_to_a_config_that_holds(desk, run, answer, kind, body):
    for number in range(6):
        desk.pages[f"/news/10{number}.html"] = answer(story(number, body))
    alternate = "<link rel=alternate type='application/rss+xml' href='/rss'>"
    front = {"listing": listed(""), "feed": listed("", alternate), "sitemap": "<p>Hello</p>"}
    desk.pages["/"] = answer(front[kind])
    desk.pages["/rss"] = answer(feed(desk), kind="application/rss+xml")
    desk.pages["/sitemap.xml"] = answer(sitemap(desk), kind="application/xml")
    drafted = run("init", desk.url("/"), *QUICK, "--site", "harbour", "--json", "--pages", "2")
    assert drafted.code == 0
    assert [seed["kind"] for seed in drafted.only["seeds"]] == [kind]
    assert drafted.only["fields"] == {"title": 2, "published": 2, "byline": 0, "source": 0}
    assert run("check").code == 0
    assert run("probe", "harbour", "--allow-private", "--pages", "1").code == 0


def test_a_config_that_stands_there_is_not_overwritten(desk, run, tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "harbour.yaml").write_text("site: harbour\nname: mine\n")
    refused = run("init", desk.url("/"), *QUICK, "--site", "harbour")
    assert refused.code == 2
    assert "--force overwrites it, --site gives another name" in refused.err
    assert not desk.asked
    assert "mine" in (tmp_path / "configs" / "harbour.yaml").read_text()


def test_a_page_with_nothing_on_it_is_3_and_nothing_is_written(desk, run, answer, tmp_path):
    desk.pages["/"] = answer("<div id=root></div><script src=/app.js></script>")
    assert run("init", desk.url("/"), *QUICK).code == 3
    assert not (tmp_path / "configs").exists()


KOREAN = (
    "<html lang=ko><head><title>{0}번째 다리 소식</title>"
    '<script type="application/ld+json">{{"@type": "NewsArticle",'
    ' "datePublished": "2026-03-1{0}T10:00:00+09:00"}}</script></head><body>'
    "<div class=head><h1>{0}번째 다리가 열렸다</h1></div><div id=newsBody>{1}</div>"
    "<div class=list>{2}</div></body></html>"
)


def test_an_article_in_korean_is_enough_to_begin_with(desk, run, answer, tmp_path):
    links = "".join(
        f"<p><a href='/view.php?id={n}'>강 위의 다리에 관한 {n}번째 소식이 들어왔다</a></p>"
        for n in range(6)
    )
    for n in range(6):
        words = "".join(
            f"<p>{n * 10 + part}번 다리 위에서 학생 {n * 31 + part}명이 눈을 치우고 걸어갔다."
            f" 시장은 {part * 7 + n}시에 문을 열었고 사람들은 등대 이야기를 하였다.</p>"
            for part in range(6)
        )
        desk.pages[f"/view.php?id={n}"] = answer(KOREAN.format(n, words, links))
    desk.pages["/"] = answer(f"<html lang=ko><body><div class=main>{links}</div></body></html>")
    desk.pages["/view.php"] = desk.pages["/view.php?id=0"]
    begun = run("init", desk.url("/view.php?id=3"), *QUICK, "--site", "dari", "--pages", "3")
    assert begun.code == 0, begun.err
    written = (tmp_path / "configs" / "dari.yaml").read_text("utf-8")
    assert "timezone: Asia/Seoul" in written
    assert "#newsBody" in written
    # of addresses that differ in their queries alone, each has a fixture of its own
    assert len(list((tmp_path / "fixtures" / "sites" / "dari").glob("*.warc.gz"))) == 4
    assert run("check").code == 0
    assert run("fixture", "check", "dari").code == 0


def test_a_first_set_up_can_be_read_and_is_not_overwritten(run, tmp_path):
    assert run("init").code == 0
    assert (tmp_path / "configs").is_dir()
    assert "least_free" in (tmp_path / "dateline.yaml").read_text("utf-8")
    assert run("init").code == 2
    assert "dateline.yaml" not in run("check").err.replace("no configs", "")


@pytest.fixture
def paper(desk, answer):
    """A desk with a front page of headlines and the articles behind it."""
    for number in range(6):
        desk.pages[f"/news/10{number}.html"] = answer(story(number, "div class=story-text"))
    desk.pages["/"] = answer(listed(""))
    return desk


def begun(run, paper, *more):
    return run("init", paper.url("/"), *QUICK, "--site", "harbour", "--pages", "2", *more)


def test_the_end_says_what_was_found_and_what_was_not_and_what_is_next(paper, run):
    told = begun(run, paper)
    lines = dict(line.split(maxsplit=1) for line in told.out.splitlines())
    assert lines["title"].startswith("on 2 of 2 pages: Story")
    assert lines["date"] == "on 2 of 2 pages: 2026-03-10T10:00:00+01:00"
    assert lines["byline"] == "not found"
    assert "configs/harbour.yaml" in told.out
    assert "next: dateline check" in told.err


def test_what_cannot_be_told_is_named_to_be_looked_at(paper, run, answer):
    for number in range(6):
        undated = re.sub("<meta[^>]*>", "", story(number, "div class=story-text"))
        paper.pages[f"/news/10{number}.html"] = answer(undated)
    told = begun(run, paper)
    assert "look at configs/harbour.yaml: timezone UTC" in told.err
    assert "no date was found on most pages" in told.err


def test_fixtures_that_stand_in_the_way_are_known_before_anything_is_written(paper, run, tmp_path):
    assert begun(run, paper).code == 0
    config = tmp_path / "configs" / "harbour.yaml"
    config.unlink()
    before = {path: path.read_bytes() for path in (tmp_path / "fixtures").rglob("*.*")}
    refused = begun(run, paper)
    assert refused.code == 2
    assert "exists; --force overwrites it" in refused.err
    assert not config.exists()
    assert {path: path.read_bytes() for path in (tmp_path / "fixtures").rglob("*.*")} == before
    assert begun(run, paper, "--force").code == 0
    assert run("fixture", "check", "harbour").code == 0


def test_another_site_that_has_the_same_pages_is_named(paper, run):
    assert begun(run, paper).code == 0
    twin = run("init", paper.url("/"), *QUICK, "--site", "twin", "--pages", "2")
    assert "the site harbour has its pages too" in twin.err


def test_no_fixtures_are_kept_where_none_are_wanted(paper, run, tmp_path):
    assert begun(run, paper, "--no-fixtures").code == 0
    assert (tmp_path / "configs" / "harbour.yaml").exists()
    assert not (tmp_path / "fixtures").exists()


@pytest.mark.parametrize("in_the_way", ["configs", "fixtures"])
def test_a_place_that_cannot_be_written_is_told_before_the_site_is_asked(
    paper, run, tmp_path, in_the_way
):
    (tmp_path / in_the_way).write_text("no folder")
    refused = begun(run, paper)
    assert refused.code == 3
    assert f"{in_the_way} is no folder" in refused.err
    assert not paper.asked


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("harbour.example",), "'harbour.example' is no address"),
        (("ftp://harbour.example/",), "its scheme is ftp"),
        (("http://",), "it names no host"),
        (("http://127.0.0.1/", "--delay", "soon"), "--delay 'soon' is no duration"),
        (("http://127.0.0.1/", "--delay", "2d"), "--delay '2d' is too long: 1d at most"),
        (("http://127.0.0.1/", "--site", "A B"), "--site 'A B' is no name"),
        (("http://127.0.0.1/", "--pages", "0"), "--pages"),
    ],
)
def test_wrong_use_is_2_and_says_what_is_wrong(run, tmp_path, arguments, said):
    refused = run("init", *arguments)
    assert refused.code == 2
    assert said in refused.err
    assert not list(tmp_path.iterdir())


def test_where_the_config_cannot_be_written_the_fixtures_stand_as_before(paper, run, tmp_path):
    assert begun(run, paper).code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "fixtures").rglob("*.*")}
    config = (tmp_path / "configs" / "harbour.yaml").read_text("utf-8")
    # what is written beside it first cannot be
    (tmp_path / "configs" / f"harbour.yaml{NEW}").mkdir()
    refused = begun(run, paper, "--force")
    assert refused.code == 3
    assert "cannot write" in refused.err
    assert (tmp_path / "configs" / "harbour.yaml").read_text("utf-8") == config
    assert {path: path.read_bytes() for path in (tmp_path / "fixtures").rglob("*.*")} == before
