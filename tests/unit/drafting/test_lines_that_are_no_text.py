"""Lines in the midst of an article: counts, days and files are of its frame, others are not."""

import re

import pytest

from pipeline.drafting.bodies import body_of
from pipeline.drafting.counters import counted_line, is_counter
from pipeline.drafting.drops import dropped_of
from pipeline.drafting.page import Page
from pipeline.drafting.printed import is_dated
from pipeline.drafting.sample import Sample, Samples
from tests.unit.drafting.reading import read_as

THINGS = ("pier", "clock", "lake", "mill")


def title_of(n):
    return f"What became of the {THINGS[n]} in the harbour"


def lines_of(n):
    return [
        f"The {THINGS[n]} was looked at on day {n * 9 + part} by a committee of {part + 4} people."
        for part in range(4)
    ]


def samples_of(markup, also=(), mark=""):
    """Articles of one `markup`; the generic extractor took the lines of `also` for text as well."""
    made = []
    for n in range(len(THINGS)):
        said = {"n": n, "title": title_of(n), "br": "<br><br>".join(lines_of(n))}
        said |= {f"p{at}": f"<p>{line}</p>" for at, line in enumerate(lines_of(n))}
        html = markup.format(**said).replace("<p>", f"<p>{mark}")
        page = Page.parse(f"https://a.example/{n}", html)
        lines = [*(one.format(**said) for one in also), *lines_of(n)]
        made.append(Sample(page, read_as(title_of(n), lines)))
    return Samples(made)


def dropped(samples, body):
    return dropped_of(samples, [body], tuple(map(title_of, range(len(THINGS)))))


def test_a_cell_of_files_that_were_read_as_text_is_no_part_of_it():
    files = "{title}.hwp {title}.pdf"
    samples = samples_of(
        "<table class=view><tr><td>{title}</td></tr><tr><td><a href=/f/{n}1>{title}.hwp</a> "
        "<a href=/f/{n}2>{title}.pdf</a></td></tr><tr><td class=cont>{br}</td></tr></table>",
        also=[files],
    )
    assert body_of(samples).value == ["td.cont"]


@pytest.mark.parametrize(
    ("line", "another"),
    [
        ("Просмотров: 200", "Просмотров: 1 431"),
        ("조회수 131", "조회수 9"),
        ("浏览次数：12", "浏览次数：90210"),
        ("1,204 views", "9 views"),
        ("Comments (4)", "Comments (0)"),
        ("Affichages : 123", "Affichages : 7"),
    ],
)
def test_a_line_that_counts_readers_is_known_with_any_number(line, another):
    assert is_counter(line)
    assert re.search(counted_line(line), another)


@pytest.mark.parametrize(
    "line",
    ["2026", "In 2026", "Chapter 3", "3 deaths", "12:30", "4 people read it", "New cases: 31"],
)
def test_a_number_of_anything_else_is_text(line):
    assert not is_counter(line)
    assert counted_line(line) is None


def test_a_count_that_stands_in_no_element_of_its_own_is_dropped_by_its_words():
    samples = samples_of(
        "<div class=detail><h1>{title}</h1>{br}<br>Views: {n}31<br></div>", also=["Views: {n}31"]
    )
    lines = dropped(samples, "div.detail").drop_text
    assert [line for line in lines if re.search(line, "Views: 7")]
    assert not any(re.search(line, text) for line in lines for text in lines_of(0))


def test_a_line_that_repeats_but_for_its_day_is_dropped_by_its_place():
    filed = "This entry was posted on November 1{n}, 2026 at 10:3{n} and is filed under Council."
    markup = "<div class=entry><p>{p0}</p>{p1}{p2}{p3}<p class=postmetadata>" + filed + "</p></div>"
    samples = samples_of(markup, also=[filed])
    found = dropped(samples, "div.entry")
    assert "p.postmetadata" in found.drop
    assert not any("2026" in line for line in found.drop_text)


@pytest.mark.parametrize(
    ("markup", "css"),
    [
        (
            "<h1>{title}</h1><p>12 May</p><pre>{p0}{p1}{p2}{p3}</pre><div>Harbour office</div>",
            "pre",
        ),
        ("<a href=/>Home</a><hr><h2>{title}</h2><p>{br}<hr>", "body"),
    ],
)
def test_a_text_in_nothing_that_has_a_name_is_found_by_its_tag(markup, css):
    assert body_of(samples_of(markup)).value == [css]


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\ufeff"])
def test_marks_that_nobody_sees_part_no_text_from_what_was_read_of_it(mark):
    markup = "<h1>{title}</h1><div class=field>{p0}{p1}{p2}{p3}</div><p>All rights kept</p>"
    assert body_of(samples_of(markup, mark=mark)).value == ["div.field"]


@pytest.mark.parametrize("day", ["更新日：令和8年11月20日", "平成元年3月2日", "民國115年3月12日"])
def test_a_day_of_an_era_is_a_day(day):
    assert is_dated(day)


def test_the_headings_of_the_parts_that_all_articles_have_are_text():
    markup = (
        "<div class=text><h2>In short</h2>{p0}{p1}<div>"
        "<h2>What is next</h2><span>[<a href=/edit/{n}>edit</a>]</span></div>{p2}{p3}"
        "<h2>More of this</h2><p><a href=/news/{n}7>The goats of the harbour office</a></p></div>"
    )
    found = dropped(samples_of(markup), "div.text")
    told = [*found.drop, *found.drop_text, *found.end_at]
    assert not any("What is next" in one for one in told)
    assert "h2" not in found.drop
    # nothing stands before it, so that it may be of the frame; and nothing but a link behind it
    assert any("In short" in one for one in told)
    assert any("More of this" in one for one in told)
