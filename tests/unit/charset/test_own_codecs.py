"""What Python cannot read without us: Vietnamese, Taiwan's, the Caucasus', ISO 2022's."""

from __future__ import annotations

import pytest

from pipeline.charset import charset_of, read

VIETNAMESE = "Thư viện mở cửa từ thứ hai đến thứ sáu, kể cả ngày lễ."


@pytest.mark.parametrize(
    ("codec", "written"),
    [
        ("viscii", "Th\xdf vi\xaen m\xb7 c\xd8a"),
        ("tcvn", "Th\xad vi\xd6n m\xeb c\xf6a"),
    ],
)
def test_vietnamese_bytes_are_the_letters_of_the_standard(codec, written):
    assert written.encode("latin-1").decode(codec) == "Thư viện mở cửa"


@pytest.mark.parametrize("codec", ["viscii", "tcvn"])
def test_vietnamese_goes_there_and_back(codec):
    assert VIETNAMESE.encode(codec).decode(codec) == VIETNAMESE


def test_letters_of_the_caucasus_are_at_their_places():
    assert b"\xb2\xb3\xfc\xfd \xa3".decode("armscii_8") == "ԱաՖֆ ։"
    assert b"\xc0\xc7\xe5".decode("georgian_ps") == "აჱჵ"
    assert b"\xc0\xc7\xe0".decode("georgian_academy") == "ათჰ"


def test_chinese_escapes_shift_between_their_sets():
    # RFC 1922: GB 2312 behind SO, then CNS 11643 in its place, and one character of its plane 2
    written = b"a \x1b$)A\x0e=;Mx\x0f b \x1b$)G\x0eD!\x0f\x1b$*H\x1bN!!"
    assert written.decode("iso2022_cn") == "a 交网 b 一乂"
    with pytest.raises(UnicodeDecodeError):
        b"\x1b$)E\x0eVP".decode("iso2022_cn")
    with pytest.raises(UnicodeEncodeError):
        "ß".encode("iso2022_cn")


@pytest.mark.parametrize(
    ("label", "codec"),
    [("ARMSCII-8", "armscii_8"), ("geostd8", "georgian_ps"), ("ISO-2022-CN-EXT", "iso2022_cn")],
)
def test_their_labels_are_known(label, codec):
    assert charset_of(label.lower()) == codec


def test_both_planes_of_euc_tw_are_read():
    # the first and the last character of plane 1's ideographs, and the first of plane 2's
    assert b"a\xc4\xa1\xfd\xcb\x8e\xa2\xa1\xa1 z".decode("euc_tw") == "a一籲乂 z"


def test_euc_tw_goes_there_and_back_character_by_character():
    places = [bytes((row, cell)) for row in range(0xC4, 0xFE) for cell in range(0xA1, 0xFF)]
    for written in [pair for pair in places if pair <= b"\xfd\xcb"]:
        assert written.decode("euc_tw").encode("euc_tw") == written


@pytest.mark.parametrize("bad", [b"\xff", b"\x8e", b"\xa4", b"\x8e\xa3\xa1\xa1", b"\xfe\xfe"])
def test_what_is_no_euc_tw_is_an_error_and_can_be_replaced(bad):
    with pytest.raises(UnicodeDecodeError):
        bad.decode("euc_tw")
    assert "\ufffd" in bad.decode("euc_tw", "replace")


def test_what_euc_tw_lacks_is_an_error():
    with pytest.raises(UnicodeEncodeError):
        "é".encode("euc_tw")


@pytest.mark.parametrize(
    ("codec", "label"), [("viscii", "VISCII"), ("tcvn", "TCVN-5712"), ("tcvn", "x-viet-tcvn")]
)
def test_they_are_believed_where_they_are_declared(codec, label):
    read_back = read(VIETNAMESE.encode(codec), f"text/html; charset={label}")
    assert (read_back.text, read_back.why) == (VIETNAMESE, "header")
