"""What languages are written in: the letters beyond ASCII, and of other scripts the common ones.

Facts about languages, not about charsets: text that was read in the wrong charset is spelled in
no language's letters.
"""

from __future__ import annotations

from typing import NamedTuple

# Vietnamese writes them behind the letter in windows-1258.
TONES = "\u0300\u0301\u0303\u0309\u0323"
# Languages in Latin letters: those beyond ASCII that their own words and everyday loans have.
_LATIN = f"""
czech áčďéěíňóřšťúůýž
slovak áäčďéíĺľňóôŕšťúýž
polish ąćęłńóśźżé
hungarian áéíóöőúüűä
south-slavic čćđšžé
slovene čšžć
romanian ăâîșțşţ
albanian ëç
turkish çğıöşüâîûi̇
azerbaijani əçğıöşüi̇
kurdish çêîşû
english éèêëïöñçœæ
german äöüßéàè
dutch éëïèöüáóê
french àâæçèéêëîïôœùûüÿ
italian àèéìíòóùú
spanish áéíóúüñçºª
portuguese áâãàçéêíóôõúü
catalan àçèéíïòóúü
galician áéíñóúüç
basque ñçü
danish æøåéèêóüäö
swedish åäöéàü
finnish äöåšžé
estonian äõöüšžé
icelandic áðéíóúýþæöå
faroese áðíóúýæøåö
sami áčđŋšŧžåäæøö
irish áéíóúḃċḋḟġṁṗṡṫ
gaelic àèìòùáéó
welsh âêîôûŵŷäëïöüáàèìòùÿ
breton âêîôûùüñé
maltese ċġħżàèìòùé
esperanto ĉĝĥĵŝŭ
latvian āčēģīķļņšūžōŗ
lithuanian ąčęėįšųūž
vietnamese àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ{TONES}
hawaiian āēīōūʻ
"""
# Nine tenths of what Vietnamese has beyond ASCII, in lower case as most of any text is.
USUAL_VIETNAMESE = frozenset("àáạảãâấầậăắđêếềệểôốồộổơớờợưứừữựíìịóòọúùủụ")
# Languages in other letters.  Behind the bar the letters that every text of some lines is full
# of, and the share of it that they come to at least.
_OTHERS = """
russian абвгдеёжзийклмнопрстуфхцчшщъыьэюя | оеаинтсрвл 0.58
ukrainian абвгґдеєжзиіїйклмнопрстуфхцчшщьюя' | оанивіетрсл 0.55
belarusian абвгдеёжзійклмнопрстуўфхцчшыьэюя | анріоетсклв 0.58
bulgarian абвгдежзийклмнопрстуфхцчшщъьюя | аиоетнрсвл 0.58
macedonian абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ | аоеитнрсвд 0.58
serbian абвгдђежзијклљмнњопрстћуфхцчџш | аоиенрсјтвд 0.58
kazakh абвгғдеёжзиійкқлмнңоөпрстуұүфхһцчшщъыьэюяә | аеынтрілдқс 0.5
tajik абвгғдеёжзийқлмнопрстуӯфхҳчҷшъэюякӣ | аиоонрмтдбе 0.45
greek αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς | αοιετσνηυρπκάίς 0.6
hebrew אבגדהוזחטיךכלםמןנסעףפץצקרשתװױײ\u05b0-\u05c2 | יוהלאתרמבשנ 0.55
arabic ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگڤکی\u064b-\u0652٠-٩۰-۹ـ | اليمنورتبدهع 0.5
urdu ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھیےۓكيهى | ایرکنومتسہدےيكه 0.45
georgian ა-ჱ | აიესრდმნოლბთვ 0.75
armenian ա-ևԱ-Ֆ։՝՛՜՞ | անեոիրւկսմտլ 0.5
thai \u0e01-\u0e3a\u0e3f-\u0e5b | านรกเอยงลตมวสทคบ่้ั 0.55
"""


def _spelled(letters: str) -> frozenset[str]:
    """Both cases of `letters`, in which `a-b` is a range."""
    plain = letters
    for place, mark in enumerate(letters):
        if mark == "-" and 0 < place < len(letters) - 1:
            ends = map(ord, (letters[place - 1], letters[place + 1]))
            plain += "".join(map(chr, range(*ends)))
    return frozenset((plain + plain.upper()).replace("-", ""))


def _latin() -> dict[str, frozenset[str]]:
    lines = (line.split() for line in _LATIN.split("\n") if line)
    return {name: _spelled(letters) for name, letters in lines}


def _others() -> dict[str, tuple[frozenset[str], frozenset[str], float]]:
    lines = (line.partition(" | ") for line in _OTHERS.split("\n") if line)
    return {
        letters.split()[0]: (
            _spelled(letters.split()[1]),
            _spelled(common.split()[0]),
            float(common.split()[1]),
        )
        for letters, _, common in lines
    }


class Tongues(NamedTuple):
    """Some languages' letters: of those in Latin letters all, of others the common ones too."""

    latin: tuple[frozenset[str], ...]
    others: tuple[tuple[frozenset[str], frozenset[str], float], ...]


_NAMED_LATIN, _NAMED_OTHERS = _latin(), _others()
EVERY = Tongues(tuple(_NAMED_LATIN.values()), tuple(_NAMED_OTHERS.values()))


def called(names: list[str]) -> Tongues:
    """The letters of the languages of these names."""
    return Tongues(
        tuple(_NAMED_LATIN[name] for name in names if name in _NAMED_LATIN),
        tuple(_NAMED_OTHERS[name] for name in names if name in _NAMED_OTHERS),
    )
