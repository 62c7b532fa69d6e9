"""The `ledger:` part of dateline.yaml: refused as a whole, with the key that is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from fixtures.witness_house import WitnessHouse
from pipeline.errors import ConfigInvalid
from pipeline.ground.checking import check
from pipeline.ledger.config import LedgerConfig
from pipeline.ledger.notes import SigningKey, VerifyKey

HOUSE = WitnessHouse(name="witness.example")
LOG = SigningKey("log.example", bytes(range(32))).verify_key

WHOLE = f"""
origin: archive.example/harbour
key: secrets/log.key
tsa:
  url: https://tsa.example/tsr
  certificates: tsa.pem
  every: 6h
witnesses:
  ask:
    - vkey: {HOUSE.vkey}
      url: https://witness.example/submit
  timeout: 5s
"""


def read(text):
    return check(LedgerConfig, text.encode(), file="dateline.yaml")


def test_all_that_can_be_said_is_read():
    config = read(WHOLE)
    assert (config.origin, config.key) == ("archive.example/harbour", Path("secrets/log.key"))
    assert (config.tsa.url, config.tsa.every) == ("https://tsa.example/tsr", timedelta(hours=6))
    assert config.tsa.certificates == Path("tsa.pem")
    assert config.witnesses.ask[0].vkey == HOUSE.vkey
    assert (config.witnesses.every, config.witnesses.timeout) == (
        timedelta(hours=1),
        timedelta(seconds=5),
    )


def test_nothing_need_be_said():
    assert LedgerConfig() == LedgerConfig(origin=None, key=None, tsa=None, witnesses=None)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("archive.example/harbour", "two words", "origin"),
        ("archive.example/harbour", '"a+b"', "origin"),
        ("https://tsa.example/tsr", "tsa.example", "tsa.url"),
        ("https://tsa.example/tsr", "ftp://tsa.example", "tsa.url"),
        ("https://tsa.example/tsr", "https://tsa.example:99999/", "tsa.url"),
        ("https://tsa.example/tsr", "https:///tsr", "tsa.url"),
        ("  certificates: tsa.pem\n", "", "tsa.certificates"),
        ("6h", "1s", "tsa.every"),
        ("timeout: 5s", "timeout: 0s", "witnesses.timeout"),
        pytest.param(HOUSE.vkey, str(LOG), "witnesses.ask", id="a log's key"),
        pytest.param(HOUSE.vkey, HOUSE.vkey[:-4], "witnesses.ask", id="half a key"),
        ("timeout: 5s", "tiemout: 5s", "witnesses.tiemout"),
    ],
)
def test_what_is_wrong_is_refused_by_its_key(old, new, key):
    with pytest.raises(ConfigInvalid) as caught:
        read(WHOLE.replace(old, new))
    (problem,) = caught.value.problems
    assert problem.key.startswith(key)


def test_one_witness_under_two_names_is_refused():
    again = VerifyKey("other.example", HOUSE.key.algorithm, HOUSE.key.key)
    twice = WHOLE.replace(
        "  timeout", f"    - {{vkey: {again}, url: https://b.example/}}\n  timeout"
    )
    with pytest.raises(ConfigInvalid, match="each witness's key once"):
        read(twice)
