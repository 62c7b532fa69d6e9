"""Whatever is read by the fast reader is what the whole one reads."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline.ground import yaml_text
from pipeline.ground.not_yaml import NotYaml
from pipeline.ground.whole_yaml import read_whole
from pipeline.ground.yaml_text import read_yaml

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.from_regex(r"\A[-+0-9.:_eExob~<=#&*!|>'\"%@, a-zA-Z]{0,8}\Z"),
    st.sampled_from(
        ["no", "on", "1:30", "2026-11-21", "012", "1_000", "0x1F", "1e3", ".inf", "<<"]
    ),
)
documents = st.dictionaries(
    st.from_regex(r"\A[a-z_]{1,6}\Z"),
    st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.from_regex(r"\A[a-z]{1,4}\Z"), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=5,
)


def both(text):
    """What both readers make of `text`; None for a refusal."""
    told = []
    for read in (read_yaml, read_whole):
        try:
            told.append((repr(read(text)),))
        except NotYaml:
            told.append(None)
    return told


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_sites_declarations_are_everyday_text(path):
    text = path.read_text("utf-8")
    assert yaml_text._read_everyday(text) == read_whole(text)


@given(documents)
def test_what_is_written_as_yaml_is_read_alike(document):
    written = io.StringIO()
    YAML(typ="safe", pure=True).dump(document, written)
    one, other = both(written.getvalue())
    assert one == other


@given(st.lists(st.from_regex(r"\A[ \-a-c:#{}\[\],'\"|>&*!?%0-9.\n]{0,14}\Z"), max_size=4))
def test_what_somebody_types_is_read_alike_or_refused_alike(lines):
    one, other = both("\n".join(lines))
    assert one == other


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: no", {"a": "no"}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 2026-11-21", {"a": "2026-11-21"}),
        ("a: 012", {"a": 12}),
        ("a: 15m", {"a": "15m"}),
        ("a: True", {"a": True}),
        ("a: &x 1\nb: *x", {"a": 1, "b": 1}),
        ("- 'it''s'\n- \"\\u00e9\"", ["it's", "é"]),
        ("", None),
    ],
)
def test_version_1_2_is_what_counts(text, said):
    assert read_yaml(text) == said


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(NotYaml, match="duplicate key"):
        read_yaml("a: 1\na: 2")
