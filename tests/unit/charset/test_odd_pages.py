"""What pages do besides declaring one charset and keeping to it."""

from __future__ import annotations

import pytest

from pipeline.charset import charset_of, names, read

KOREAN = "외무성 대변인은 오늘 기자회견에서 회담이 다음 주에 열린다고 밝혔다. 공장도 방문하였다."
CHINESE = "昨天晚上，一场大风暴袭击了港口，几条船只好留在码头边。下一次会议在星期四举行。"
RUSSIAN = "Министр сообщил сегодня журналистам, что переговоры продолжатся на будущей неделе."
HEBREW = "הגשר החדש נפתח ביום שני והמכוניות הראשונות עברו עליו כבר בבוקר."
JAPANESE = (
    "昨夜、港に嵐が来て、船は岸壁を離れられなかった。市議会の次の会議は木曜日に開かれる予定である。"
)
FRENCH = "Le café a été fermé à Genève : « rien » ne sera décidé avant l’été, dit-on là-bas."


def test_what_is_configured_goes_before_header_and_meta():
    body = b"<meta charset=utf-8>" + KOREAN.encode("euc-kr")
    read_back = read(body, "text/html; charset=big5", "euc-kr")
    assert read_back.text.endswith(KOREAN)
    assert (read_back.charset, read_back.why) == ("euc-kr", "configured")


def test_a_byte_order_mark_goes_before_what_is_configured():
    read_back = read(b"\xff\xfe" + KOREAN.encode("utf-16-le"), None, "euc-kr")
    assert (read_back.text, read_back.why) == (KOREAN, "bom")


def test_what_is_configured_and_cannot_be_is_told():
    body = KOREAN.encode("euc-kr")
    read_back = read(body, "text/html; charset=euc-kr", "utf-8")
    assert (read_back.text, read_back.why) == (KOREAN, "header")
    undeclared = read(body, None, "utf-8")
    assert (undeclared.text, undeclared.charset) == (KOREAN, "euc-kr")
    assert undeclared.why == "detected (configured utf-8 does not fit)"


def test_what_is_configured_and_looks_wrong_is_obeyed_and_told():
    read_back = read(RUSSIAN.encode("cp1251"), None, "windows-1252")
    assert (read_back.charset, read_back.why) == ("windows-1252", "configured (doubtful)")


@pytest.mark.parametrize("text", [FRENCH, CHINESE, RUSSIAN, "Don’t say “no” — never"])
def test_text_that_was_encoded_twice_is_undone(text):
    again = text.encode().decode("latin-1").encode()
    read_back = read(again, "text/html; charset=utf-8")
    assert (read_back.text, read_back.why) == (text, "header (encoded twice)")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("stray", [b"\n", b"\r\n", b"\n\n\n", b"  \r\n"])
@pytest.mark.parametrize("label", [None, "text/html; charset=utf-8"])
def test_white_space_of_another_charset_before_wide_text_is_left_out(codec, stray, label):
    text = f"<!doctype html><title>{KOREAN}</title><p>{KOREAN}"
    read_back = read(stray + text.encode(codec), label)
    assert (read_back.text, read_back.charset) == (text, codec.replace("16-", "16"))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_wide_text_keeps_its_own_white_space(codec):
    text = f"\n<!doctype html><p>{KOREAN}"
    assert read(text.encode(codec), None).text == text


def test_letters_of_which_windows_1252_has_but_half_come_back_too():
    text = "Ángel sang à Évora, où il pleut à verse"
    assert "\x81" in text.encode().decode("latin-1")
    again = text.encode().decode("latin-1").encode()
    assert read(again, "text/html; charset=utf-8").text == text


def test_escapes_are_found_behind_any_number_of_tildes():
    for tildes in (1, 49, 50, 51, 500):
        body = b"~~ " * tildes + CHINESE.encode("hz")
        assert read(body, None).charset == "hz", tildes
        assert read(b"~~ " * tildes, None).charset == "utf-8", tildes


def test_a_page_that_speaks_of_mojibake_is_left_alone():
    text = "On lit « Ã© » pour é, et â€™ pour l’apostrophe ; à Genève aussi."
    assert read(text.encode(), "text/html; charset=utf-8").text == text


def test_the_meta_element_is_believed_where_the_header_makes_no_language():
    body = "<meta charset='windows-1251'>" + RUSSIAN
    read_back = read(body.encode("cp1251"), "text/html; charset=iso-8859-1")
    assert read_back.text == body
    assert read_back.why == "meta (declared iso-8859-1 does not fit)"


def test_of_two_meta_elements_the_one_that_fits_is_believed():
    body = "<meta charset=utf-8><meta charset='windows-1251'>" + RUSSIAN
    read_back = read(body.encode("cp1251"), None)
    assert (read_back.text, read_back.why) == (body, "meta (declared utf-8 does not fit)")


def test_a_meta_element_behind_long_scripts_declares():
    body = f"<script>{'x = 1;' * 2000}</script><meta charset='windows-1251'>{RUSSIAN}"
    read_back = read(body.encode("cp1251"), None)
    assert (read_back.text, read_back.why) == (body, "meta")


@pytest.mark.parametrize(
    ("codec", "text"), [("hz", CHINESE), ("iso2022_kr", KOREAN), ("iso2022_cn", CHINESE)]
)
@pytest.mark.parametrize("label", [None, "text/html; charset=utf-8"])
def test_escapes_are_told_under_any_declaration(codec, text, label):
    read_back = read(text.encode(codec), label)
    assert (read_back.text, read_back.charset) == (text, codec)


@pytest.mark.parametrize("label", [None, "text/html; charset=utf-8", "text/html; charset=gb2312"])
def test_escapes_of_no_known_charset_are_called_doubtful(label):
    # ISO-IR-165, which nothing here has characters of
    body = b"<p>\x1b$)E\x0eVPND\x0f</p>"
    assert "doubtful" in read(body, label).why


def test_what_microsoft_added_to_japanese_escapes_is_read():
    circled = b"\x1b$B-!\x1b(B " + JAPANESE.encode("iso2022_jp")
    assert read(circled, "text/html; charset=iso-2022-jp").text == f"① {JAPANESE}"
    shifted = b"\x0e6@6E\x0f" + JAPANESE.encode("iso2022_jp")
    assert read(shifted, None).text == f"ｶﾀｶﾅ{JAPANESE}"


@pytest.mark.parametrize("label", [None, "iso-8859-1"])
def test_belarusian_is_not_taken_for_kazakh(label):
    text = (
        "Гарадскі савет учора ўвечары вырашыў адрамантаваць старую партовую сцяну да зімы.\n"
        "Працы зоймуць каля адзінаццаці тыдняў і будуць каштаваць менш, чым баяліся."
    )
    read_back = read((text * 4).encode("cp1251"), label and f"text/html; charset={label}")
    assert read_back.text == text * 4


def test_braces_of_scripts_are_no_chinese():
    body = b"<script>a = `~{b}~`; c = '~{ d ~}'</script><p>Plain words.</p>"
    assert read(body, None).why == "utf-8 valid"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [CHINESE, KOREAN, RUSSIAN])
def test_wide_text_with_hardly_an_ascii_letter_is_told(codec, text):
    assert read(text.encode(codec), "text/plain; charset=utf-8").text == text


def test_utf_8_with_a_pasted_comment_stays_utf_8_undeclared_too():
    body = (FRENCH * 5).encode() + "déjà vu".encode("latin-1")
    read_back = read(body, None)
    assert read_back.charset == "utf-8"
    assert read_back.text.startswith(FRENCH)


def test_a_character_that_was_cut_does_not_make_a_page_utf_8():
    assert read("Un café".encode("latin-1"), None).text == "Un café"


def test_text_in_no_language_is_called_doubtful():
    odd = bytes(range(0xA1, 0xFF)) * 3
    assert read(odd, "text/html; charset=iso-8859-1").why.endswith("(doubtful)")


@pytest.mark.parametrize(
    ("mark", "codec", "told"),
    [
        (b"\xef\xbb\xbf", "cp1251", "windows-1251"),
        (b"\xff\xfe", "cp1251", "windows-1251"),
        (b"\xfe\xff", "utf-8", "utf-8"),
        (b"\xfe\xff", "utf-16-le", "utf-16le"),
        (b"\xef\xbb\xbf" * 2, "koi8-r", "koi8-r"),
    ],
)
def test_a_byte_order_mark_that_the_bytes_do_not_live_up_to_is_dropped_and_told(mark, codec, told):
    whole = f"<p>{RUSSIAN}</p>" * 3
    read_back = read(mark + whole.encode(codec), None)
    assert (read_back.text, read_back.charset) == (whole, told)
    assert read_back.why.endswith("(byte-order mark does not fit)")


def test_a_byte_order_mark_stated_twice_is_no_character():
    assert read(b"\xef\xbb\xbf" * 2 + b"plain", None).text == "plain"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (RUSSIAN, "koi8-r", "windows-1251"),
        (HEBREW, "cp1255", "windows-1251"),
        (JAPANESE, "euc-jp", "gb2312"),
        ("città università perché", "cp1252", "windows-1251"),
        ("Giám đốc thư viện nói rằng người dân đã chờ đợi ngày này.", "viscii", "iso-8859-1"),
    ],
)
def test_letters_of_the_declared_script_are_not_enough_to_believe_it(text, codec, label):
    read_back = read(text.encode(codec), f"text/html; charset={label}")
    assert read_back.text == text


@pytest.mark.parametrize(
    ("whole", "codec"),
    [
        ("Příští schůze rady se uskuteční ve čtvrtek. Ćevapčići und Straße.", "cp1250"),
        (f"{RUSSIAN} Иван і Њива, Ўзбек.", "cp1251"),
        (f"{FRENCH} Señor Åkesson.", "cp1252"),
    ],
)
def test_a_name_of_another_language_does_not_overrule_a_declaration(whole, codec):
    read_back = read(whole.encode(codec), f"text/html; charset={codec}")
    assert (read_back.text, read_back.why.split()[0]) == (whole, "header")


def test_letters_of_four_bytes_are_not_taken_for_armenian_dashes():
    whole = "La rivière a été ouverte, et la librairie de Genève aussi."
    read_back = read(whole.encode("gb18030"), None)
    assert read_back.text == whole or "doubtful" in read_back.why


def test_what_gb18030_writes_in_four_bytes_is_told_undeclared():
    whole = "<p>Der Weg übers Gebirge ist nach dem Schnee gesperrt, hieß es.</p>"
    assert read(whole.encode("gb18030"), None).text == whole


@pytest.mark.parametrize(
    "said",
    [
        "<meta charset='windows 1251'>",
        '<meta http-equiv=content-type content="text/html; charset=&quot;windows-1251&quot;">',
        "<meta name=note content='charset=none'><meta charset=cp-1251>",
    ],
)
def test_a_label_is_read_however_it_is_written(said):
    body = f"{said}<p>{RUSSIAN}"
    read_back = read(body.encode("cp1251"), None)
    assert (read_back.charset, read_back.why) == ("windows-1251", "meta")


@pytest.mark.parametrize("header", ["'koi8-r'", '\\"koi8-r\\"', " KOI8R", "charset=koi8_r"])
def test_a_header_s_label_is_read_however_it_is_written(header):
    read_back = read(RUSSIAN.encode("koi8-r"), f"text/html; charset={header}")
    assert (read_back.text, read_back.why) == (RUSSIAN, "header")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("x-sjis", "shift_jis"),
        ("ks_c_5601-1987", "euc-kr"),
        ("unicode", "utf-16le"),
        ("utf-7", None),
        ("ibm852", "cp852"),
        ("mac-cyrillic", "x-mac-cyrillic"),
        ("hz-gb-2312", "hz"),
        ("rot13", None),
        ("", None),
        ("none\0", None),
        ("latin-1", "windows-1252"),
        ("windows 1251", "windows-1251"),
        ("cp-1251", "windows-1251"),
        ("x-windows-949", "euc-kr"),
        ("utf_8", "utf-8"),
        ("8859_2", "iso-8859-2"),
        ("big5-eten", "big5"),
        ("euc-tw", "euc_tw"),
        ("x-viet-tcvn5712", "tcvn"),
        ("ibm00858", "cp858"),
        ("cp65001", "utf-8"),
        ("cp037", None),
    ],
)
def test_labels(label, name):
    assert charset_of(label) == name


@pytest.mark.parametrize("name", names())
def test_every_name_is_its_own_label_and_reads_ascii_text(name):
    assert charset_of(name) == name
    text = "plain"
    encoding = name if name != "iso-8859-8-i" else "iso-8859-8"
    codec = {"windows-874": "cp874", "x-mac-cyrillic": "mac-cyrillic", "ibm866": "cp866"}
    assert read(text.encode(codec.get(encoding, encoding)), None, name).text == text
