"""Charsets that Python cannot read → codecs for them.

VISCII and TCVN 5712 are Vietnamese, ARMSCII-8 is Armenian, two are Georgian, EUC-TW is Chinese.

EUC-TW's two planes are Big5's characters in nearly the same order, so it is read through Big5.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

# What stands where ASCII has controls, and the upper half.
_VISCII = (
    {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 20: "Ỷ", 25: "Ỹ", 30: "Ỵ"},
    (
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
        "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
    ),
)
_TCVN = (
    dict(zip((1, 2, 4, 5, 6, 17, 18, 19, 20, 21, 22, 23), "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True)),
    (
        "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\xa0ĂÂÊÔƠƯĐăâêôơưđẶ\u0300\u0309\u0303\u0301\u0323"
        "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
    ),
)
# Capital and small letters by turns, behind marks of its own.
_ARMSCII = (
    "".join(map(chr, range(0x80, 0xA1)))
    + "\ufffeև։)(»«—.՝,-֊…՜՛՞"
    + "".join(chr(0x531 + at) + chr(0x561 + at) for at in range(38))
    + "՚\ufffe"
)
# In both the alphabet begins at C0; letters that are written no more stand behind it or in it.
_MKHEDRULI = "".join(map(chr, range(0x10D0, 0x10F1)))
_LATIN_1 = "".join(map(chr, range(0x80, 0xC0)))
_GEORGIAN = {
    "georgian_academy": _MKHEDRULI + "ჱჲჳჴჵჶ",
    "georgian_ps": "აბგდევზჱთიკლმნჲოპჟრსტჳუფქღყშჩცძწჭხჴჯჰჵ",
}
# First place in CNS 11643, first place in Big5, and how many follow each other in both.
_BIG5 = """
0,0,5 6,6,15 21,23,2 24,22,1 29,29,44 73,74,1 74,73,1 75,75,22 98,98,1 100,100,27 127,128,1
128,127,1 129,129,19 148,149,1 149,148,1 150,150,4 156,158,2 158,158,76 282,234,29 312,264,1
314,266,142 470,6101,20 3290,471,1412 4702,1884,424 5126,1883,1 5127,2308,1876 7003,4571,1
7004,4184,387 7391,4572,525 7916,5286,1 7917,5097,189 8106,5287,84 8190,5517,1
8191,5371,54 8245,5426,1 8246,5425,1 8247,5427,90 8337,5518,354 8836,6280,10 8846,6291,33
8879,6372,1 8880,6324,48 8928,6373,46 8974,6586,1 8975,6419,167 9142,6587,1840 10982,9074,1
10983,8428,108 11091,8537,537 11628,8427,1 11629,9075,100 11729,8536,1 11730,9175,399
12129,9575,1637 13766,11761,1 13767,11212,146 13913,11899,1 13914,11358,287 14201,12508,1
14202,11645,116 14318,11762,137 14455,11900,104 14559,12425,1 14560,12004,222 14782,12227,198
14980,12426,82 15062,12509,86 15148,12226,1 15149,12595,8 15157,12604,153 15310,12758,56
15366,13114,1 15367,12814,113 15480,12603,1 15481,12927,142 15623,12757,1 15624,13069,45
15669,13115,71 15740,13380,1 15741,13186,194 15935,13381,490 16425,13914,1 16426,13871,43
16469,13915,1 16470,13917,11 16481,13916,1 16482,13928,4
"""
CELLS, PLANE = 94, 94 * 94
# A row of Big5 has 157 cells: 63 of them before the gap in its second bytes, the others behind.
ROW, GAP = 157, 63
SEQUENCE = re.compile(
    rb"[\x00-\x7f]+|(?:\x8e([\xa1\xa2]))?([\xa1-\xfe][\xa1-\xfe])|(?P<bad>.)", re.DOTALL
)


@cache
def _characters() -> dict[int, str]:
    """What stands at each place of the planes 1 and 2, the second's counted behind the first's."""
    runs = (map(int, run.split(",")) for run in _BIG5.split())
    return {cns + at: _of_big5(big5 + at) for cns, big5, count in runs for at in range(count)}


def _of_big5(place: int) -> str:
    row, cell = divmod(place, ROW)
    trail = 0x40 + cell if cell < GAP else 0xA1 + cell - GAP
    return bytes((0xA1 + row, trail)).decode("cp950", "replace")


@cache
def _places() -> dict[str, int]:
    return {character: place for place, character in reversed(_characters().items())}


def _read_euc_tw(given: bytes, errors: str = "strict") -> tuple[str, int]:
    text = []
    for found in SEQUENCE.finditer(given):
        pair = found[2]
        if pair is None and found["bad"] is None:
            text.append(found[0].decode("ascii"))
            continue
        place = -1
        if pair:
            place = (pair[0] - 0xA1) * CELLS + pair[1] - 0xA1
            place += PLANE * (found[1] == b"\xa2")
        character = _characters().get(place)
        if character is None:
            character = _bad(given, found, errors)
        text.append(character)
    return "".join(text), len(given)


def _bad(given: bytes, found: re.Match[bytes], errors: str) -> str:
    wrong = UnicodeDecodeError("euc_tw", given, *found.span(), "no character of planes 1 and 2")
    replaced = codecs.lookup_error(errors)(wrong)[0]
    return replaced if isinstance(replaced, str) else ""


def _write_euc_tw(given: str, errors: str = "strict") -> tuple[bytes, int]:
    written = bytearray()
    for at, character in enumerate(given):
        place = _places().get(character)
        if character.isascii():
            written += character.encode("ascii")
        elif place is not None:
            plane, rest = divmod(place, PLANE)
            written += b"\x8e\xa2" * plane + bytes(0xA1 + part for part in divmod(rest, CELLS))
        else:
            wrong = UnicodeEncodeError("euc_tw", given, at, at + 1, "not in planes 1 and 2")
            written += str(codecs.lookup_error(errors)(wrong)[0]).encode("ascii")
    return bytes(written), len(given)


def _of_table(name: str, controls: dict[int, str], upper: str) -> codecs.CodecInfo:
    table = "".join(controls.get(byte, chr(byte)) for byte in range(0x80)) + upper
    once = (letter if table.find(letter) == at else "\ufffe" for at, letter in enumerate(table))
    places = codecs.charmap_build("".join(once))

    def write(given: str, errors: str = "strict") -> tuple[bytes, int]:
        return codecs.charmap_encode(given, errors, places)

    def read(given: bytes, errors: str = "strict") -> tuple[str, int]:
        return codecs.charmap_decode(given, errors, table)

    return codecs.CodecInfo(write, read, name=name)  # type: ignore[arg-type]


def _find(name: str) -> codecs.CodecInfo | None:
    if name == "viscii":
        return _of_table(name, *_VISCII)
    if name == "tcvn":
        return _of_table(name, *_TCVN)
    if name == "armscii_8":
        return _of_table(name, {}, _ARMSCII)
    if name in _GEORGIAN:
        return _of_table(name, {}, (_LATIN_1 + _GEORGIAN[name]).ljust(0x80, "\ufffe"))
    if name == "euc_tw":
        return codecs.CodecInfo(_write_euc_tw, _read_euc_tw, name=name)  # type: ignore[arg-type]
    return None


codecs.register(_find)
