"""Witness policies (C2SP tlog-policy): who must have cosigned for a checkpoint to count."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.witness_house import WitnessHouse
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.notes import NoteInvalid, SigningKey, VerifyKey, sign
from pipeline.ledger.policy import PolicyInvalid, evaluate, parse_policy

KEY = SigningKey("log.example/harbour", bytes(range(32)))
OTHER = SigningKey("log.example/other", bytes(range(1, 33)))
NOTE = sign(Checkpoint(origin=KEY.name, size=3, root=bytes(32)).text, KEY)
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
HOUSES = {name: WitnessHouse(name=f"{name.lower()}.example", clock=NOW.timestamp) for name in NAMES}
LINES = "".join(f"witness {name} {house.vkey}\n" for name, house in HOUSES.items())
TWO_LEVELS = """
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def cosigned(*names, octets=NOTE):
    return octets + "".join(f"{HOUSES[name].cosign(octets)}\n" for name in names).encode()


def standing(text, octets):
    return evaluate(parse_policy(text.encode()), octets)


@pytest.mark.parametrize(
    ("names", "holds"),
    [
        ((), False),
        (("X1", "X2"), False),
        (("Y1", "Y2", "Y3"), False),
        (("X1", "Y1"), False),
        (("X1", "X3", "Y2"), True),
        (("X1", "X2", "X3", "Y1", "Y2", "Y3"), True),
    ],
)
def test_groups_of_groups_count_as_the_standard_says(names, holds):
    seen = standing(LINES + TWO_LEVELS, cosigned(*names))
    assert (seen.holds, seen.faults) == (holds, ())
    assert seen.cosigned == dict.fromkeys(names, NOW)
    assert set(seen.missing) == set(NAMES) - set(names)


@pytest.mark.parametrize(("rule", "fewest"), [("any", 1), ("1", 1), ("2", 2), ("3", 3), ("all", 3)])
@given(names=st.sets(st.sampled_from(NAMES[:3])))
def test_a_group_holds_when_enough_of_its_members_do(rule, fewest, names):
    seen = standing(f"{LINES}group g {rule} X1 X2 X3\nquorum g\n", cosigned(*sorted(names)))
    assert seen.holds == (len(names) >= fewest)


def test_the_quorum_can_be_one_witness():
    assert standing(LINES + "quorum X2\n", cosigned("X2")).holds
    assert not standing(LINES + "quorum X2\n", cosigned("X1", "X3")).holds


def test_nobody_need_cosign_where_the_quorum_is_none():
    assert standing("quorum none\n", NOTE).holds


def test_spaces_tabs_comments_addresses_and_empty_lines_are_read_over():
    text = (
        f"# ours\n\n \t log\t{KEY.verify_key}   https://log.example/ \n"
        f"witness  X1 {HOUSES['X1'].vkey} https://x1.example/\n   # and the rule\nquorum X1"
    )
    policy = parse_policy(text.encode())
    assert policy.logs == (KEY.verify_key,)
    assert policy.witnesses == {"X1": HOUSES["X1"].key}
    assert evaluate(policy, cosigned("X1")).holds


def test_a_log_that_is_not_listed_does_not_count():
    known = standing(f"log {KEY.verify_key}\nlog {OTHER.verify_key}\nquorum none\n", NOTE)
    unknown = standing(f"log {OTHER.verify_key}\nquorum none\n", NOTE)
    assert known.holds
    assert not unknown.holds
    assert "log.example/other" in unknown.faults[0]


def test_cosignatures_by_strangers_are_passed_over():
    stranger = WitnessHouse(name="x1.example", clock=NOW.timestamp)
    octets = NOTE + f"{stranger.cosign(NOTE)}\n".encode()
    seen = standing(LINES + "quorum X1\n", octets)
    assert (seen.holds, seen.cosigned, seen.faults) == (False, {}, ())


def test_a_failing_cosignature_makes_the_note_worthless_whoever_else_signed():
    other = sign(Checkpoint(origin=KEY.name, size=4, root=bytes(32)).text, KEY)
    octets = cosigned("X1") + f"{HOUSES['X2'].cosign(other)}\n".encode()
    seen = standing(LINES + "quorum X1\n", octets)
    assert not seen.holds
    assert "x2.example" in seen.faults[0]


@pytest.mark.parametrize("octets", [b"", b"hello\n", NOTE[:-1], b"\xff" + NOTE])
def test_what_is_no_note_is_said_to_be_none(octets):
    with pytest.raises(NoteInvalid):
        standing("quorum none\n", octets)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("", "no line `quorum"),
        ("quorum", "is none of"),
        ("quorum nobody", "line 7: nobody is no witness"),
        ("quorum X1\nquorum X1", "line 8: a second quorum"),
        ("group g 2 X1", "2 of 1 members"),
        ("group g 0 X1", "0 of 1 members"),
        ("group g 01 X1", "01 of 1 members"),
        ("group g most X1", "most of 1 members"),
        ("group g 1 none", "none is no witness"),
        ("group g 1 h", "h is no witness"),
        ("group g 1 X1 X1", "X1 is a member already"),
        ("group g any X1\ngroup h any X1", "line 8: X1 is a member already"),
        ("group g any", "is none of"),
        ("group X1 any X2", "the name X1 is taken"),
        ("group none any X2", "the name none is taken"),
        ("group g any g", "g is no witness"),
        pytest.param(
            f"witness X9 {HOUSES['X1'].vkey}",
            "stands on an earlier line",
            id="a witness's key twice",
        ),
        pytest.param(f"witness X9 {KEY.verify_key}", "type 0x01", id="a log's key for a witness's"),
        pytest.param(
            f"witness none {WitnessHouse(name='a.example').vkey}",
            "the name none is taken",
            id="a witness called none",
        ),
        pytest.param(f"log {HOUSES['X1'].vkey}", "type 0x04", id="a witness's key for a log's"),
        (f"log {KEY.verify_key}\nlog {KEY.verify_key}", "stands on an earlier line"),
        ("log x", "no key of the form"),
        ("quorum X1\r", "control character '\\r'"),
        ("quorum\u00a0X1", "is none of"),
        ("sunday X1", "is none of"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(line, word):
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy((LINES + line).encode())
    assert word in str(caught.value)


def test_two_names_for_one_key_are_one_witness():
    key = HOUSES["X1"].key
    renamed = VerifyKey("other.example", key.algorithm, key.key)
    with pytest.raises(PolicyInvalid, match="earlier line"):
        parse_policy(f"{LINES}witness X9 {renamed}\nquorum none\n".encode())


def test_names_are_octets_and_need_not_be_words():
    text = f"witness \u212a {HOUSES['X1'].vkey}\nwitness K {HOUSES['X2'].vkey}\n".encode()
    odd = b"witness \xff\xfe " + HOUSES["X3"].vkey.encode() + b"\nquorum \xff\xfe\n"
    policy = parse_policy(text + odd)
    assert len(policy.witnesses) == 3
    seen = evaluate(policy, cosigned("X3"))
    assert seen.holds
    assert str(seen.missing).encode()


def test_a_policy_of_hundreds_is_no_burden():
    vkeys = [WitnessHouse(name=f"w{number}.example").vkey for number in range(300)]
    text = "".join(f"witness w{number} {vkey}\n" for number, vkey in enumerate(vkeys))
    names = " ".join(f"w{number}" for number in range(300))
    assert not standing(f"{text}group g 151 {names}\nquorum g\n", NOTE).holds


@given(octets=st.binary(max_size=200))
def test_any_octets_are_a_policy_or_refused(octets):
    try:
        policy = parse_policy(octets)
    except PolicyInvalid:
        return
    assert policy.quorum


def test_too_much_is_not_read():
    with pytest.raises(PolicyInvalid, match="octets"):
        parse_policy(b"#" * 1_000_001)
