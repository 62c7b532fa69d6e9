"""What a visit says of its site's health, and what it does not say."""

import pytest

from pipeline.alerts.signs import SeedSeen, TargetSeen, signs_of
from pipeline.ground.alarm import Kind
from pipeline.model import Blocked, Captured, Failed, Gone, NotModified, Skipped

FEED = "https://port.example/feed"


def of_seed(outcome, **more):
    return {s.kind: s for s in signs_of(SeedSeen(site="port", url=FEED, outcome=outcome, **more))}


def of_target(outcome, url="https://port.example/a", **more):
    return {s.kind: s for s in signs_of(TargetSeen(site="port", url=url, outcome=outcome, **more))}


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Failed("timeout", "no answer"), Kind.FAILING),
        (Gone("status"), Kind.FAILING),
        (Skipped("robots", "https://port.example/robots.txt disallows it"), Kind.FAILING),
        (Blocked("challenge"), Kind.BLOCKED),
    ],
)
def test_a_seed_that_cannot_be_read_is_a_bad_sign_with_its_reason(outcome, kind):
    signs = of_seed(outcome)
    assert [(one.bad, one.subject, one.site) for one in signs.values()] == [(True, FEED, "port")]
    assert outcome.reason in signs[kind].detail


@pytest.mark.parametrize("outcome", [Captured(), NotModified()])
def test_a_seed_that_answers_is_well(outcome):
    assert {kind: one.bad for kind, one in of_seed(outcome).items()} == {
        Kind.FAILING: False,
        Kind.BLOCKED: False,
    }


@pytest.mark.parametrize("of", [of_seed, of_target])
def test_a_skip_that_waiting_ends_says_nothing(of):
    assert of(Skipped("host_rests")) == {}


def test_a_seed_that_names_nothing_says_what_it_named_before_and_why():
    sign = of_seed(Captured(), named=0, named_before=30, faults=("no link fits",))[Kind.ZERO_ITEMS]
    assert sign.bad
    assert "no link fits" in sign.detail
    assert "30" in sign.detail
    assert of_seed(Captured(), named=0)[Kind.ZERO_ITEMS].detail
    assert not of_seed(Captured(), named=1)[Kind.ZERO_ITEMS].bad


def test_what_was_not_read_names_neither_something_nor_nothing():
    assert Kind.ZERO_ITEMS not in of_seed(NotModified())
    assert Kind.ZERO_ITEMS not in of_seed(Failed("timeout"))


def test_a_target_speaks_of_its_site_and_is_marked_as_itself():
    first, again = of_target(Blocked("status")), of_target(Blocked("status"))
    other = of_target(Blocked("status"), url="https://port.example/b")
    sign = first[Kind.BLOCKED]
    assert (sign.bad, sign.subject) == (True, "port")
    assert sign.mark == again[Kind.BLOCKED].mark != other[Kind.BLOCKED].mark


def test_a_page_that_is_gone_is_a_healthy_answer():
    assert not any(sign.bad for sign in of_target(Gone("status")).values())


def test_rules_are_judged_by_what_was_read_anew_alone():
    assert Kind.RULES not in of_target(NotModified())
    assert of_target(Captured(), degraded=True)[Kind.RULES].bad
    assert not of_target(Captured(), degraded=False)[Kind.RULES].bad


def test_a_url_of_any_octets_has_a_mark():
    assert of_target(Captured(), url="https://port.example/\ud800")[Kind.FAILING].mark
