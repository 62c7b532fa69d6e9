import base64
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.notes import (
    NoteInvalid,
    Signature,
    SigningKey,
    VerifyKey,
    open_note,
    read_note,
    sign,
)

PETER = VerifyKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
PETERS = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
    "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NOTE = f"{TEXT}\n{LINE}".encode()
FOO = VerifyKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
FOOS = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZ"
    "XsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
OWN = SigningKey("example.org/log", bytes(range(32)))
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1).filter(
    lambda name: "+" not in name and not any(map(str.isspace, name))
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32) | st.just("\n")).map(
    lambda text: text + "\n"
)


def test_the_go_examples_open():
    assert open_note(NOTE, [PETER]).text == TEXT
    note = open_note(FOOS.encode(), [PETER, FOO])
    assert (note.text, note.signed_by) == ("This is an example message.\n", (FOO,))


def test_the_go_examples_key_signs_as_it_did():
    assert sign(TEXT, SigningKey.parse(PETERS)) == NOTE
    assert SigningKey.parse(PETERS).verify_key == PETER


@given(TEXTS, NAMES, st.binary(min_size=32, max_size=32))
def test_what_is_signed_opens(text, name, seed):
    key = SigningKey(name, seed)
    note = open_note(sign(text, key, OWN), [key.verify_key])
    assert (note.text, note.signed_by) == (text, (key.verify_key,))
    assert [one.name for one in note.signatures] == [name, OWN.name]


@given(NAMES, st.binary(min_size=32, max_size=32))
def test_keys_print_and_parse(name, seed):
    key = SigningKey(name, seed)
    assert SigningKey.parse(str(key)) == key
    assert VerifyKey.parse(str(key.verify_key)) == key.verify_key


def test_a_signature_line_prints_and_parses():
    signature = OWN.sign(TEXT)
    assert Signature.parse(str(signature)) == signature
    assert signature.is_by(OWN.verify_key)
    assert not signature.is_by(PETER)


def test_a_secret_is_not_shown_by_accident():
    key = SigningKey.parse(PETERS)
    secret = PETERS.rpartition("+")[2]
    assert secret in str(key)
    assert secret not in repr(key)
    assert key.seed.hex() not in repr(key)
    assert str(key.seed) not in repr(key)
    with pytest.raises(ValueError) as refused:
        SigningKey.parse(PETERS + "=")
    assert secret not in str(refused.value)


def test_no_octet_of_a_note_may_change():
    """Every flip is seen: in text, blank line, dash, name, id, signature and its last bits."""
    for octet, flip in product(range(len(NOTE)), (0x01, 0x02, 0x20, 0x80)):
        changed = bytearray(NOTE)
        changed[octet] ^= flip
        with pytest.raises(NoteInvalid):
            open_note(bytes(changed), [PETER])


def test_no_note_may_be_cut():
    for end in range(len(NOTE)):
        with pytest.raises(NoteInvalid):
            open_note(NOTE[:end], [PETER])


def test_unknown_signatures_are_ignored_but_not_alone():
    stranger = f"— {PETER.name} {base64.b64encode(bytes(20)).decode()}\n".encode()
    note = open_note(NOTE + stranger, [PETER])
    assert note.signed_by == (PETER,)
    assert note.signatures[1] == Signature(PETER.name, bytes(4), bytes(16))
    with pytest.raises(NoteInvalid, match="not by example"):
        open_note(NOTE, [FOO])
    with pytest.raises(NoteInvalid):
        open_note(NOTE, [])


def test_a_known_key_whose_signature_fails_rejects_the_note():
    wrong = SigningKey.parse(PETERS).sign("another text\n")
    both = sign(TEXT, OWN) + f"{wrong}\n".encode()
    assert open_note(both, [OWN.verify_key])
    with pytest.raises(NoteInvalid, match="does not fit"):
        open_note(both, [OWN.verify_key, PETER])
    with pytest.raises(NoteInvalid, match="does not fit"):
        open_note(NOTE + f"{wrong}\n".encode(), [PETER])


def test_one_key_that_signs_twice_has_signed_once():
    assert open_note(NOTE + LINE.encode(), [PETER]).signed_by == (PETER,)


def test_two_keys_of_one_name_and_id_are_refused():
    """The id has 32 bits: whoever looks long enough finds another key that has it."""

    class Twin(VerifyKey):
        key_id = PETER.key_id

    twin = Twin(PETER.name, 1, bytes(32))
    with pytest.raises(ValueError, match="two keys"):
        open_note(NOTE, [PETER, twin])
    assert open_note(NOTE, [PETER, PETER])


def test_keys_of_other_algorithms_are_carried_and_verify_nothing():
    cosigner = VerifyKey("witness.example", 4, bytes(range(32)))
    assert VerifyKey.parse(str(cosigner)) == cosigner
    line = Signature(cosigner.name, cosigner.key_id, bytes(72))
    note = open_note(NOTE + f"{line}\n".encode(), [PETER, cosigner])
    assert note.signed_by == (PETER,)
    assert note.signatures[1] == line
    with pytest.raises(NoteInvalid):
        open_note(NOTE, [cosigner])


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        TEXT.encode() + LINE.encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE.replace(b"x08g", b" x08g"),
        NOTE.replace(b"=\n", b"\n"),
        NOTE.replace(b"JnAM=\n", b"JnAN=\n"),
        NOTE.replace(b"JnAM=\n", b"JnAM==\n"),
        NOTE.replace(b"x08g", b"x0-g"),
        NOTE.replace(b"PeterNeumann", b"Peter+Neumann"),
        NOTE.replace(b"PeterNeumann", "Peter\u00a0Neumann".encode()),
        NOTE.replace(b"If you", b"If\x00you"),
        NOTE.replace(b"If you", b"If\tyou"),
        NOTE.replace(b"If you", b"If\xffyou"),
        NOTE + "— x AAAAAA==\n".encode(),
        NOTE + LINE.encode() * 100,
        b"a" * 1_000_000 + NOTE,
    ],
)
def test_what_is_no_note_is_refused(octets):
    with pytest.raises(NoteInvalid):
        open_note(octets, [PETER])


def test_sixteen_signatures_and_more_are_read():
    keys = [SigningKey(f"witness.example/{index}", bytes([index]) * 32) for index in range(60)]
    note = open_note(sign(TEXT, *keys), [keys[-1].verify_key])
    assert len(note.signatures) == 60


def test_a_text_may_hold_blank_lines_and_signatures_of_its_own():
    nested = sign(NOTE.decode(), OWN)
    assert open_note(nested, [OWN.verify_key]).text == NOTE.decode()


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "nul\0\n", "sur\ud800\n", "cr\r\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text):
    with pytest.raises(ValueError):
        sign(text, OWN)


@pytest.mark.parametrize("text", ["tab\t\n", "nul\0\n", "cr\r\n"])
def test_a_text_that_no_note_can_hold_is_refused_however_well_it_is_signed(text):
    with pytest.raises(NoteInvalid, match="control character"):
        open_note(f"{text}\n{OWN.sign(text)}\n".encode(), [OWN.verify_key])


def test_a_note_needs_a_key():
    with pytest.raises(ValueError):
        sign(TEXT)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x7f\x85b"])
def test_names_with_spaces_or_plus_name_no_key(name):
    with pytest.raises(ValueError):
        SigningKey.generate(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        "PeterNeumann+c74f20a3+AQ==",
        "PeterNeumann+c74f20a3+",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETERS,
    ],
)
def test_what_is_no_verification_key_is_refused(text):
    with pytest.raises(ValueError):
        VerifyKey.parse(text)


@pytest.mark.parametrize("octets", [b"", b"\xff\n\n", FOOS.encode()])
def test_reading_without_keys_verifies_nobody(octets):
    try:
        note = read_note(octets)
    except NoteInvalid:
        return
    assert note.signed_by == ()


@given(st.binary(max_size=200))
def test_any_octets_are_refused(octets):
    with pytest.raises(NoteInvalid):
        open_note(octets, [PETER])
