"""A sample of what `make mutations` does in thousands: nothing is missed, and no file unnamed."""

from __future__ import annotations

import logging
import random

import pytest
import structlog

from tests.mutations.histories import histories, judged
from tests.mutations.score import Score, demand_whole, run_trials
from tests.mutations.specimen import make
from tests.mutations.trials import all_trials

SEED = 20261121
SHARES = 4
EACH = 60
"""Trials of each share; so many seconds of one core, at most, as twenty go into one."""


@pytest.fixture(scope="module")
def specimen(tmp_path_factory):
    with structlog.testing.capture_logs():
        made = make(tmp_path_factory.mktemp("mutations") / "specimen")
    demand_whole(made)
    return made


@pytest.fixture
def _quiet(monkeypatch):
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    with structlog.testing.capture_logs():
        yield


@pytest.mark.usefixtures("_quiet")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("share", range(SHARES))
def test_what_is_changed_is_found_and_named(specimen, tmp_path, share):
    chance = random.Random(f"{SEED} {share}")  # noqa: S311 - a choice, no secret
    every = list(all_trials(specimen, seed=SEED + share, most=1))
    score = Score()
    for done in run_trials(specimen, tmp_path, chance.sample(every, EACH)):
        score.take(done)
    assert [(why, one) for why, one in score.missed] == []


@pytest.mark.usefixtures("_quiet")
@pytest.mark.filterwarnings("ignore")
def test_no_history_is_trusted_that_nobody_outside_vouches_for(specimen, tmp_path):
    for one in histories(specimen, tmp_path / "histories"):
        verdict, right = judged(one)
        assert right, (one.name, one.holding, verdict)
