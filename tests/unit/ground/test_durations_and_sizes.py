from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.ground.declaration import BYTES, Duration, Part, Size, duration, size, spell

MILLISECOND = timedelta(milliseconds=1)
UNITS = {
    "ms": MILLISECOND,
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
spans = st.integers(0, 10**13).map(lambda count: count * MILLISECOND)


@given(spans)
def test_what_is_spelled_reads_back(span):
    assert duration(spell(span)) == span


@given(spans)
def test_there_is_no_shorter_spelling_than_its_own(span):
    assert spell(duration(spell(span))) == spell(span)


@given(st.integers(0, 10**6), st.sampled_from(sorted(UNITS)))
def test_a_number_and_a_unit_is_that_many_of_the_unit(count, unit):
    assert duration(f"{count}{unit}") == count * UNITS[unit]


@given(spans, spans)
def test_durations_written_one_after_the_other_add_up(first, second):
    assert duration(spell(first) + spell(second)) == first + second


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1h30m", 5400), ("1.5h", 5400), ("2w", 1209600), ("250ms", 0.25), ("0s", 0)],
)
def test_durations_as_people_write_them(text, seconds):
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "given",
    [
        *("", "15", "m", "-1m", "1 m", "1m ", "1M", "1y", "1h 30m", "1,5h", ".5h", "1.h", "1e3s"),
        *("PT1H", 15, 1.5, None, True, ["1m"], {"m": 1}, b"1m"),
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(given):
    with pytest.raises(ValueError, match="as in 30s, 15m or 1h30m"):
        duration(given)


@pytest.mark.parametrize("given", ["99999999999999999999d", "9" * 400 + "s", "1000000000d"])
def test_a_duration_that_no_calendar_holds_is_refused(given):
    with pytest.raises(ValueError, match="duration"):
        duration(given)


@given(st.integers(1, 10**6), st.sampled_from(sorted(BYTES)))
def test_a_number_and_a_unit_is_that_many_octets(count, unit):
    assert size(f"{count}{unit}") == size(f"{count} {unit}") == count * BYTES[unit]


@given(st.integers(1, 10**12))
def test_a_bare_number_counts_octets(count):
    assert size(count) == count


@pytest.mark.parametrize(
    "given",
    ["", "10", "10M", "10mb", "-1MB", "1  MB", "1e6B", "1TB", 0, -1, 1.5, None, True, [1]],
)
def test_what_is_no_size_is_refused_with_an_example(given):
    with pytest.raises(ValueError, match="as in 10MB"):
        size(given)


def test_a_size_that_no_disk_holds_is_refused():
    with pytest.raises(ValueError, match="size"):
        size("9" * 400 + "GB")


class Wait(Part):
    most: Duration = timedelta(minutes=15)
    keep: Size = 1


@given(spans)
def test_a_part_prints_what_it_reads(span):
    part = Wait.model_validate({"most": spell(span)})
    assert Wait.model_validate(part.model_dump(mode="json")) == part
    assert part.model_dump(mode="json")["most"] == spell(span)


def test_a_part_is_frozen_and_knows_its_keys():
    part = Wait()
    with pytest.raises(ValidationError, match="frozen"):
        part.most = timedelta(0)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Wait.model_validate({"mots": "1s"})
