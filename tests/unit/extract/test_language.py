"""Which language a text is said to be in."""

import pytest

from pipeline.extract.language import language

ENGLISH = "The ferry left the island at noon with all its passengers."
KOREAN = "배는 정오에 모든 승객을 태우고 섬을 떠났다. KCNA 2026"
CHINESE = "轮渡于中午载着全部乘客离开了该岛。"
JAPANESE = "フェリーは正午に乗客全員を乗せて島を出発した。"
ARABIC = "غادرت العبارة الجزيرة ظهرا وعلى متنها جميع الركاب، BBC 2026."
HEBREW = "המעבורת עזבה את האי בצהריים עם כל הנוסעים."
GREEK = "Το πλοίο άφησε το νησί το μεσημέρι με όλους τους επιβάτες."
THAI = "เรือข้ามฟากออกจากเกาะตอนเที่ยงพร้อมผู้โดยสารทั้งหมด"
HINDI = "नौका दोपहर में सभी यात्रियों के साथ द्वीप से रवाना हुई।"
RUSSIAN = "Паром покинул остров в полдень со всеми пассажирами."


@pytest.mark.parametrize(
    ("declared", "said", "text", "expected"),
    [
        ("en", None, ENGLISH, "en"),
        ("en", "de", ENGLISH, "en"),
        ("en", None, KOREAN, "ko"),
        ("en", "ko-KR", KOREAN, "ko-KR"),
        ("en", "en-US", CHINESE, "zh"),
        ("zh-Hans", None, CHINESE, "zh-Hans"),
        ("en", None, JAPANESE, "ja"),
        ("ja", None, CHINESE, "ja"),
        ("ko", "en", ENGLISH, "en"),
        ("ko", None, ENGLISH, "ko"),
        ("en", "ru", RUSSIAN, "ru"),
        ("en", None, "1984 – 2026", "en"),
        ("en", None, "", "en"),
        (None, "fr", ENGLISH, "fr"),
        (None, None, KOREAN, "ko"),
        (None, "en", KOREAN, "ko"),
        (None, "en-US", JAPANESE, "ja"),
        (None, "sr", RUSSIAN, "sr"),
        (None, None, ENGLISH, None),
        (None, None, RUSSIAN, None),
        ("en", None, RUSSIAN, None),
        ("en", "en-US", ARABIC, None),
        ("en", "fa", ARABIC, "fa"),
        ("ku", None, ARABIC, "ku"),
        ("en", None, HEBREW, None),
        ("he", None, HEBREW, "he"),
        ("en", None, GREEK, "el"),
        ("de", "th", THAI, "th"),
        ("en", None, THAI, "th"),
        ("en", "hi", HINDI, "hi"),
        ("ar", None, ENGLISH, "ar"),
    ],
)
def test_the_declared_language_stands_unless_the_script_is_plainly_another(
    declared: str | None, said: str | None, text: str, expected: str | None
) -> None:
    assert language(declared, said, text) == expected
