"""What a page says of its language decides between charsets, and makes wrong ones doubtful."""

from __future__ import annotations

import pytest

from pipeline.charset import read
from pipeline.charset.spoken import spoken

# Few letters beyond ASCII, which several charsets explain.
SHORT = {
    "sl": ("Občina zapira vrtec v dolini", "windows-1250"),
    "hr": ("Kuću otvara Općina", "windows-1250"),
    "it": ("Perché la città resterà senza tram", "mac_roman"),
    "sv": ("Färjan går åter", "mac_roman"),
    "is": ("Flóð í ánni ógna bæjum", "windows-1252"),
}
HEADS = (
    "<html class='no-js' lang='{}'><head>",
    '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{0}" lang="{0}"><head>',
    '<HTML><HEAD><META HTTP-EQUIV="Content-Language" CONTENT="{}">',
    '<html><head><meta property="og:locale" content="{}_XX">',
)


def page(text: str, head: str = "<html><head>") -> str:
    return f"{head}<title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("tag", SHORT)
def test_a_short_page_is_read_in_the_language_that_it_says(tag: str, head: str) -> None:
    text, codec = SHORT[tag]
    whole = page(text, head.format(tag))
    found = read(whole.encode(codec), None)
    assert found is not None
    assert (found.text, found.why) == (whole, "detected")


def test_a_language_that_is_said_does_not_go_before_plain_letters() -> None:
    whole = page("Gmina wyłączy oświetlenie ulic, żeby płacić mniej", HEADS[0].format("fr"))
    found = read(whole.encode("windows-1250"), None)
    assert found is not None
    assert found.text == whole


def test_a_wrong_declaration_gives_way_to_the_language_that_the_page_says() -> None:
    whole = page("Općina otvara kuću za žene u četvrtak", HEADS[0].format("hr-HR"))
    found = read(whole.encode("windows-1250"), "text/html; charset=iso-8859-1")
    assert found is not None
    assert found.text == whole
    assert found.why == "detected (declared iso-8859-1 does not fit)"


def test_a_declaration_that_gives_the_language_one_foreign_letter_is_kept_and_told() -> None:
    whole = page("Občina zapira vrtec", HEADS[0].format("sl"))
    found = read(whole.encode("windows-1250"), "text/html; charset=iso-8859-1")
    assert found is not None
    assert (found.charset, found.why) == ("windows-1252", "header (doubtful)")


def test_signs_inside_words_of_a_language_without_them_are_told() -> None:
    whole = page("La sequía obligará a cortar el agua", HEADS[0].format("es"))
    found = read(whole.encode("mac_roman"), "text/html; charset=iso-8859-1")
    assert found is not None
    assert found.text == whole or "doubtful" in found.why


@pytest.mark.parametrize(
    ("text", "tag", "codec"),
    [
        ("Vals și Brâncuși", "sl", "iso8859_16"),
        ("Vor dem Café sprach Señor Núñez über garçons", "de", "windows-1252"),
        ("“El Niño” – it’s back, it’s here", "es", "windows-1252"),
        ("Příliš žluťoučký kůň", "sk", "windows-1250"),
        ("Brücke über die Würm", "pl", "windows-1252"),
        ("Новости посёлка", "de", "windows-1251"),
    ],
)
def test_a_right_declaration_stays_where_the_language_is_another(
    text: str, tag: str, codec: str
) -> None:
    whole = page(text, HEADS[0].format(tag))
    label = codec.replace("iso8859_", "iso-8859-")
    found = read(whole.encode(codec), f"text/html; charset={label}")
    assert found is not None
    assert (found.text, found.why) == (whole, "header")


def test_letters_of_two_kinds_overrule_no_declaration() -> None:
    whole = page("Le marché couvert fermé dès lundi", HEADS[0].format("hr"))
    found = read(whole.encode("windows-1252"), "text/html; charset=windows-1252")
    assert found is not None
    assert (found.text, found.why) == (whole, "header (doubtful)")


@pytest.mark.parametrize("codec", ["windows-1250", "mac_roman", "cp850"])
def test_a_few_letters_of_no_known_language_are_told(codec: str) -> None:
    text = "Obča" if codec == "windows-1250" else "Brücke"
    found = read(page(text).encode(codec), None)
    assert found is not None
    assert found.why == "detected (doubtful)"


@pytest.mark.parametrize(
    "text",
    [
        "Tödliche Straße wird länger gesperrt, die Träger haben größere Schäden",
        "Señor Núñez anunció que la sequía obligará a racionar el agua más allá del año",
    ],
)
def test_a_clear_sentence_is_not_called_doubtful(text: str) -> None:
    found = read(page(text).encode("windows-1252"), None)
    assert found is not None
    assert (found.text, found.why) == (page(text), "detected")


def test_a_page_of_two_languages_says_nothing() -> None:
    assert spoken(b"<html lang='sl'><meta http-equiv=content-language content='de'>") is None
    assert spoken(b"<html lang=en><p>") is None
    assert spoken(b"<!-- <html lang=sl> --><html><p>") is None
