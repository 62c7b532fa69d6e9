"""The clean text, rule by rule."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.prose import blocks, clean_text, one_line


@pytest.mark.parametrize(
    ("inner", "paragraphs"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>one<p>two", ["one", "two"]),
        ("loose<p>held</p>tail", ["loose", "held", "tail"]),
        ("one<br>two<br/><br>three", ["one", "two", "three"]),
        ("<div><div><p>deep</p></div></div>", ["deep"]),
        ("<h2>Head</h2>text", ["Head", "text"]),
        ("<ul><li>a<ul><li>b</li></ul>c</li><li>d</li></ul>", ["a", "b", "c", "d"]),
        ("<ol><li><p>first</p></li></ol>", ["first"]),
        (
            "before<blockquote>said<p>more</p></blockquote>after",
            ["before", "said", "more", "after"],
        ),
        ("<dl><dt>term<dd>meaning</dl>", ["term", "meaning"]),
        ("<figure><img alt='x'><figcaption>caption</figcaption></figure>", ["caption"]),
        ("one<hr>two", ["one", "two"]),
        ("<blockquote><p>a</p><p>b<cite>c</cite></p></blockquote>", ["a", "bc"]),
        ("<address>1 Quay Street<br>Harbour Town</address>", ["1 Quay Street", "Harbour Town"]),
        ("a<span style='display:block'>b</span>", ["ab"]),
        ("<p hidden>a</p><p aria-hidden=true>b</p><p style='display:none'>c</p>", ["a", "b", "c"]),
        ("<details><summary>short</summary>long</details>", ["short", "long"]),
    ],
)
def test_blocks_and_breaks_end_paragraphs(lines, inner, paragraphs):
    assert lines(inner) == paragraphs


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        ("w<b>or</b>d", "word"),
        ("<a>two</a> <i>words</i>", "two words"),
        ("<p>a\n  b\t c</p>", "a b c"),
        ("<p>&nbsp;a\u3000b&nbsp;&nbsp;c\u2003\u2028d\u3000</p>", "a b c d"),
        ("half<script>x()</script>way", "halfway"),
        ("ta<wbr>il", "tail"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("in <my-own>element</my-own>", "in element"),
        ("soft\u00adhyphen", "softhyphen"),
        ("be\ufefffore", "before"),
        ("\u200bends\u200b \u200b", "ends"),
        ("mid\u200bdle", "mid\u200bdle"),
        ("cafe\u0301 \u1112\u1161\u11ab", "café 한"),
        ("bell\x07 &#1;and \x1bescape", "bell and escape"),
        ("&#xD800;", "\ufffd"),
        ("right \u202eto left\u202c", "right \u202eto left\u202c"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
    ],
)
def test_a_paragraph_is_one_line_of_words(lines, inner, line):
    assert lines(inner) == [line]


def test_invisible_characters_alone_are_no_paragraph(lines):
    assert lines("<p>a</p><p>&nbsp;\u200b</p><p>\u00ad</p><p>b</p>") == ["a", "b"]


@pytest.mark.parametrize(
    "inner",
    [
        "<script>no()</script>",
        "<style>p {}</style>",
        "<noscript><p>no</p></noscript>",
        "<template><p>no</p></template>",
        "<!-- no -->",
        "<input type=hidden value=no><select><option>no</select><textarea>no</textarea>",
        "<button>no</button>",
        "<svg><title>no</title><text>no</text></svg>",
        "<iframe>no</iframe><video>no</video><canvas>no</canvas>",
    ],
)
def test_what_is_run_chosen_typed_or_drawn_is_never_text(lines, inner):
    assert lines(f"<p>yes</p>{inner}<p>yes</p>") == ["yes", "yes"]


def test_a_table_row_is_a_paragraph_with_a_space_between_its_cells(lines):
    table = "<tr><th>Year<th>Tons</tr> <tr><td>2019</td><td><p>1 200</p></td><td></td></tr>"
    assert lines(f"<table><caption>Coal</caption>{table}</table>") == [
        "Coal",
        "Year Tons",
        "2019 1 200",
    ]


def test_a_row_whose_cell_holds_paragraphs_is_layout(lines):
    assert lines("<table><tr><td>menu<td><p>one</p><p>two</p></table>") == ["menu", "one", "two"]


def test_a_cell_without_a_row_is_read_all_the_same(read):
    document = read("<table><tr><td class=t>one<p>two</table>", {"body": "td.t"})
    assert document.text == "one\n\ntwo\n"


def test_a_blank_line_ends_a_paragraph_in_preformatted_text_only(lines):
    text = "first\nline\n \nsecond"
    assert lines(f"<pre>{text}</pre>") == ["first line", "second"]
    assert lines(f"<p>{text}</p>") == ["first line second"]


def test_the_title_stands_first_and_is_said_once(read):
    page = "<h1>The  Title</h1><main><h2>The Title</h2><p>The Title</p><p>text</p></main>"
    document = read(page, {"title": "h1", "body": "main"})
    assert document.text == "The Title\n\ntext\n"


def test_a_title_that_returns_inside_the_text_stays(read):
    page = "<h1>Title</h1><main><p>text</p><p>Title</p></main>"
    assert read(page, {"title": "h1", "body": "main"}).text == "Title\n\ntext\n\nTitle\n"


def test_without_a_title_there_are_paragraphs_alone(read):
    document = read("<main><p>one</p><p>two</p></main>", {"body": "main"})
    assert (document.title, document.text) == (None, "one\n\ntwo\n")


def test_plain_text_has_its_paragraphs_between_blank_lines(read):
    document = read("one\r\nmore\r\n \r\n\r\ntwo\n\n\fthree", content_type="text/plain")
    assert document.text == "one more\n\ntwo\n\nthree\n"
    assert (document.generation, document.degraded) == ("generic", False)


@given(st.text())
def test_a_line_that_was_made_is_left_as_it_is(text):
    line = one_line(text)
    assert one_line(line) == line
    assert "\n" not in line
    assert line == line.strip()
    assert line == unicodedata.normalize("NFC", line)


@given(st.none() | st.text(), st.text())
def test_a_clean_text_is_nfc_with_single_empty_lines(title, text):
    made = clean_text(one_line(title or "") or None, blocks(text))
    assert made == unicodedata.normalize("NFC", made)
    assert made.endswith("\n")
    assert "\n\n\n" not in made
    assert "\r" not in made
    made.encode()
