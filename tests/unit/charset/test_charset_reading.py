"""What `charset.read` promises: the declared charset where it fits, the true one where not."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.charset import read

KOREAN = "외무성 대변인은 오늘 기자회견에서 회담이 다음 주에 열린다고 밝혔다. 공장도 방문하였다."
CHINESE = "外交部发言人今天在记者会上表示，双方将继续就地区问题进行对话，共同维护和平与发展的大局。"
TAIWANESE = (
    "外交部發言人今天在記者會上表示，雙方將繼續就地區問題進行對話，共同維護和平與發展的大局。"
)
JAPANESE = "外務省の報道官は今日の記者会見で、来週も会談を続ける予定であると述べました。"
RUSSIAN = "Министр сообщил сегодня журналистам, что переговоры продолжатся на будущей неделе."
POLISH = (
    "Rzecznik powiedział dziś, że rozmowy będą kontynuowane; całość źródeł żółtych i łąk w Łodzi."
)
FRENCH = (
    "Le porte-parole a déclaré hier à Genève que l’été prochain « rien » ne serait décidé, même là."
)
# As even as compressed data, and the same at each run.
NOISE = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(200))


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>{text[:12]}</title></head><body><p>{text}</p></body></html>"


UNDECLARED = [
    (KOREAN, "euc-kr", "euc-kr"),
    (KOREAN + "똠방각하 펲시", "cp949", "euc-kr"),
    (CHINESE, "gb2312", "gb18030"),
    (CHINESE + "镕", "gbk", "gb18030"),
    (CHINESE + "㐂", "gb18030", "gb18030"),
    (TAIWANESE, "big5", "big5"),
    (JAPANESE, "shift_jis", "shift_jis"),
    (JAPANESE, "euc-jp", "euc-jp"),
    (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
    (RUSSIAN, "windows-1251", "windows-1251"),
    (RUSSIAN, "koi8-r", "koi8-r"),
    (FRENCH, "windows-1252", "windows-1252"),
    (POLISH, "windows-1250", "windows-1250"),
    (KOREAN, "utf-16-le", "utf-16le"),
    (KOREAN, "utf-16-be", "utf-16be"),
    (KOREAN, "utf-32-le", "utf-32le"),
    (KOREAN, "utf-32-be", "utf-32be"),
]


@pytest.mark.parametrize(("text", "codec", "name"), UNDECLARED)
def test_an_undeclared_charset_is_detected(text, codec, name):
    read_back = read(page(text).encode(codec), "text/html")
    assert (read_back.text, read_back.charset, read_back.why) == (page(text), name, "detected")


@pytest.mark.parametrize(
    ("text", "codec", "name"), [each for each in UNDECLARED if each[1] != "iso-2022-jp"]
)
def test_a_wrong_declaration_is_not_believed(text, codec, name):
    """`iso-2022-jp` is left out: all of it is well-formed UTF-8, as was declared."""
    read_back = read(page(text).encode(codec), "text/html; charset=utf-8")
    assert (read_back.text, read_back.charset) == (page(text), name)
    assert read_back.why == "detected (declared utf-8 does not fit)"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_under_a_wrong_meta_charset_is_read_as_what_it_is(codec):
    whole = page(CHINESE, "<meta charset='gb2312'>")
    read_back = read(whole.encode(codec), None)
    assert read_back.text == whole
    assert read_back.why == "detected"


def test_the_header_goes_before_the_meta_element():
    body = page(KOREAN, "<meta charset='gb2312'>").encode("euc-kr")
    read_back = read(body, 'text/html; Charset="EUC-KR"')
    assert (read_back.charset, read_back.why) == ("euc-kr", "header")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("<meta charset=euc-kr>", "meta"),
        ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=EUC-KR'>", "meta"),
        ("<!-- <meta charset='utf-8'> --><meta charset='ks_c_5601-1987'>", "meta"),
        ("<script>" + "x = 1;" * 300 + "</script><meta charset='cp949'>", "meta"),
    ],
)
def test_a_meta_element_declares(head, why):
    read_back = read(page(KOREAN, head).encode("cp949"), "text/html")
    assert (read_back.text, read_back.why) == (page(KOREAN, head), why)


def test_an_xml_declaration_declares():
    whole = '<?xml version="1.0" encoding="GB2312"?>' + page(CHINESE)
    read_back = read(whole.encode("gb2312"), "application/xhtml+xml")
    assert (read_back.text, read_back.charset, read_back.why) == (whole, "gbk", "xml declaration")


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("euc-kr", "cp949", "똠방각하"),
        ("gb2312", "gb18030", "朱镕基 㐂"),
        ("shift_jis", "cp932", "髙橋①"),
        ("big5", "big5hkscs", "嗰個喺度"),
        ("big5", "cp950", "碁銹裏墻恒粧嫺"),
        ("euc-jp", "euc_jis_2004", "①"),
        ("iso-8859-1", "cp1252", "“so”"),
        ("windows-874", "cp874", "ไทย"),
        ("macintosh", "mac-roman", "Ünö"),
    ],
)
def test_a_label_stands_for_what_is_sent_under_it(label, codec, text):
    assert read(text.encode(codec), f"text/html; charset={label}").text == text


@pytest.mark.parametrize(
    "encoded",
    [
        b"\xef\xbb\xbf" + KOREAN.encode(),
        b"\xff\xfe" + KOREAN.encode("utf-16-le"),
        b"\xfe\xff" + KOREAN.encode("utf-16-be"),
        b"\xff\xfe\0\0" + KOREAN.encode("utf-32-le"),
        b"\0\0\xfe\xff" + KOREAN.encode("utf-32-be"),
    ],
)
def test_a_byte_order_mark_goes_before_the_header_and_is_no_text(encoded):
    read_back = read(encoded, "text/html; charset=windows-1252")
    assert (read_back.text, read_back.why) == (KOREAN, "bom")


def test_well_formed_utf_8_is_read_without_a_declaration():
    assert read(KOREAN.encode(), None).why == "utf-8 valid"


def test_evident_utf_8_is_read_so_under_a_server_s_default_charset():
    read_back = read(KOREAN.encode(), "text/html; charset=ISO-8859-1")
    assert (read_back.text, read_back.charset) == (KOREAN, "utf-8")
    assert read_back.why == "utf-8 valid (declared iso-8859-1 does not fit)"


def test_two_bytes_that_may_be_utf_8_are_no_evidence_against_a_declaration():
    assert read("Ã© là".encode("cp1252"), "text/html; charset=windows-1252").text == "Ã© là"


def test_an_unknown_label_in_the_header_leaves_the_word_to_the_meta_element():
    body = page(KOREAN, "<meta charset='euc-kr'>").encode("euc-kr")
    assert read(body, "text/html; charset=none").why == "meta"


def test_one_bad_sequence_does_not_outweigh_a_declaration():
    body = KOREAN.encode() + b"\xff" + KOREAN.encode()
    read_back = read(body, "text/html; charset=utf-8")
    assert (read_back.text, read_back.why) == (f"{KOREAN}\ufffd{KOREAN}", "header")


def test_a_body_that_was_cut_inside_a_character_keeps_its_charset():
    read_back = read("<p>only ascii and 한".encode()[:-1], "text/html; charset=utf-8")
    assert (read_back.charset, read_back.why) == ("utf-8", "header")


@pytest.mark.parametrize(
    "body",
    [
        NOISE,
        b"\x89PNG\r\n\x1a\n" + NOISE,
        bytes(range(256)),
        b"\0" * 1000,
    ],
)
@pytest.mark.parametrize("content_type", [None, "text/html; charset=utf-8"])
def test_binary_is_text_in_no_charset(body, content_type):
    assert read(body, content_type) is None


def test_stray_zero_bytes_do_not_make_a_page_binary():
    body = page(KOREAN).replace("<p>", "<p>\0").encode()
    read_back = read(body, "text/html; charset=utf-8")
    assert (read_back.text, read_back.why) == (body.decode(), "header")


def test_nothing_is_an_empty_text():
    assert read(b"", None).text == ""


def test_quotes_of_windows_1252_are_not_taken_for_another_script():
    assert read("It’s “so” – said".encode("cp1252"), None).text == "It’s “so” – said"


@pytest.mark.parametrize(
    "body",
    [
        b"\xe9" + b"<" * 1_000_000,
        b"\xe9" + b"<script" * 100_000,
        b"x" * 1_000_000 + b"\xe9",
        b"<!--" * 100_000 + b"\xff",
        b"<meta " * 200_000 + b"\xff",
        bytes(range(128, 256)) * 4000,
    ],
)
def test_no_bytes_take_for_ever(body):
    assert len(read(body, None).text) == len(body)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff\x1b")))
def test_utf_8_comes_back_as_it_was(text):
    assert read(text.encode(), "text/html; charset=utf-8").text == text


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)))
def test_declared_euc_kr_comes_back_as_it_was(text):
    assert read(("<p>" + text).encode("cp949"), "text/html; charset=euc-kr").text == "<p>" + text


@given(st.binary(), st.none() | st.text())
def test_any_bytes_are_text_or_are_not(body, content_type):
    read_back = read(body, content_type)
    assert read_back is None or isinstance(read_back.text, str)
