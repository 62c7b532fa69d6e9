"""Text in East Asian letters → how much it looks like Chinese, Japanese or Korean."""

from __future__ import annotations

from pipeline.ground.late import late

# The rows of KS X 1001 that hold syllables begin here, and every trail byte of it.
FIRST_LEAD, FIRST_TRAIL = 0xB0, 0xA1
# Letters from which the share of common ones is known well enough.
ENOUGH = 2000
KANA = frozenset(map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB))))
CJK = late(
    "[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\uff61-\uff9f\ue000-\uf8ff]"
)
# The characters that running Chinese text is full of, simplified and traditional: some 40 % of
# it, and 3 % of other text that is misread as Chinese.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过说"
    "面而方后多定行学法所民得经进着等部度家电力里如水化高自理起小物现实加量都两体制当使点从业本去把性"
    "好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新内数正心反明看原又利比或但"
    "第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党展五果料员革位入常文总次"
    "這為個國時來們於對會發動過說後學經進電裡現實兩體點從業應開還義間樣與關內數變條沒問無軍題黨員總當"
)
# Those of Japanese, some 40 % of its Chinese characters, and at most 20 % where EUC-JP is misread
# as GBK, whose kana are the same.
COMMON_JAPANESE = COMMON | frozenset(
    "日年月市前間部見円入高気食山話後東語百読書名先川千水校車北何南万毎白父母雨友会社者場今所町村知思"
    "私彼女男子供店駅道県府議選挙政党米戦省庁検査支持予算強引受取残結果決済経組織続調査警察消防逮捕橋"
    "館住工費長朝午開通初最多少広画表対関係実現際国代世界銀株価安治療院病医研究教育育学生員運転"
)
# The share of its letters from which a text is that language: Chinese, Japanese, Korean.
LEAST_COMMON, LEAST_KANA, LEAST_SYLLABLES = 0.2, 0.25, 0.7
# Chinese characters among kana of which some must be common ones, and how many.
SOME_HAN, LEAST_COMMON_JAPANESE, MISREAD = 12, 0.24, 0.8
HAN = late("[\u4e00-\u9fff]")


def east_asian(text: str) -> float:
    """How much `text` looks like the likeliest of the three languages; from 1 it is that one."""
    letters = CJK.findall(text)[:ENOUGH]
    return max(
        _share(letters, COMMON) / LEAST_COMMON,
        _japanese(letters),
        _korean(letters) / LEAST_SYLLABLES,
    )


def _japanese(letters: list[str]) -> float:
    kana = _share(letters, KANA) / LEAST_KANA
    han = [letter for letter in letters if HAN.match(letter)]
    odd = len(han) >= SOME_HAN and _share(han, COMMON_JAPANESE) < LEAST_COMMON_JAPANESE
    return min(kana, MISREAD) if odd else kana


def _korean(letters: list[str]) -> float:
    """The share of KS X 1001's syllables: those beyond it are what other charsets look like."""
    pairs = [letter.encode("cp949", "replace") for letter in letters if "가" <= letter <= "힣"]
    known = [pair for pair in pairs if pair[0] >= FIRST_LEAD and pair[-1] >= FIRST_TRAIL]
    return len(known) / max(2, len(letters))


def _share(letters: list[str], of: frozenset[str]) -> float:
    return sum(letter in of for letter in letters) / max(8, len(letters))
