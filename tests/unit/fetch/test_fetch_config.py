"""A fetch part is polite by default, and what would break a request is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from pipeline.fetch.config import FetchConfig


def test_the_defaults_are_those_of_the_docs():
    config = FetchConfig()
    assert config.delay == timedelta(seconds=2)
    assert config.timeout == timedelta(seconds=20)
    assert config.deadline == timedelta(minutes=2)
    assert (config.concurrency, config.attempts, config.max_bytes) == (1, 4, 10_000_000)
    assert (config.min_speed, config.tls) == (100, "verify")
    assert (config.user_agent, config.robots, dict(config.headers)) == (None, "obey", {})


def test_what_is_written_reads_back():
    config = FetchConfig.model_validate(
        {"delay": "1m30s", "max_bytes": "2MiB", "headers": {"X-A": "b"}, "robots": "ignore"}
    )
    assert FetchConfig.model_validate(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    "wrong",
    [
        {"delay": "-1s"},
        {"delay": 2},
        {"concurrency": 0},
        {"attempts": 0},
        {"attempts": 11},
        {"timeout": "0s"},
        {"deadline": "0s"},
        {"max_bytes": "0B"},
        {"max_bytes": "2GB"},
        {"min_speed": 0},
        {"min_speed": "2MB"},
        {"tls": "ignore"},
        {"robots": "maybe"},
        {"retries": 3},
        {"user_agent": ""},
        {"user_agent": "a\r\nX: y"},
        {"user_agent": "Zeitung/1 (für alle)"},
        {"headers": {"X-A": "b\nc"}},
        {"headers": {"X-A": " b"}},
        {"headers": {"X-A": "\x00"}},
        {"headers": {"X A": "b"}},
        {"headers": {"": "b"}},
        {"headers": {"X-A:": "b"}},
        {"headers": {"Host": "elsewhere.example"}},
        {"headers": {"content-length": "5"}},
        {"headers": {"If-None-Match": "*"}},
    ],
)
def test_what_is_out_of_bounds_is_refused(wrong):
    with pytest.raises(ValidationError):
        FetchConfig.model_validate(wrong)


def test_the_schema_is_made_of_the_fields():
    properties = FetchConfig.model_json_schema()["properties"]
    assert set(properties) == set(FetchConfig.model_fields)
