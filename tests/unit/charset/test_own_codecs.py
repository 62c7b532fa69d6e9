"""VISCII, TCVN 5712 and EUC-TW, which Python cannot read without us."""

from __future__ import annotations

import pytest

from pipeline.charset import read

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
