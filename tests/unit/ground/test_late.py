import copy
import gc
import importlib
import pickle
import pkgutil
import re

import pytest

import pipeline
from pipeline.ground.late import late


def test_a_late_pattern_answers_as_the_compiled_one_does():
    spelled = r"(?P<day>\d+)|x", re.IGNORECASE
    made, compiled = late(*spelled), re.compile(*spelled)
    assert made.search("a 12")["day"] == "12"
    assert made.sub("-", "1X2") == compiled.sub("-", "1X2") == "---"
    assert (made.pattern, made.flags, made.groupindex) == (
        compiled.pattern,
        compiled.flags,
        compiled.groupindex,
    )
    assert late(rb"\d").findall(b"1 2") == [b"1", b"2"]


def test_a_late_pattern_survives_copies():
    made = late("a+")
    assert copy.deepcopy(made).fullmatch("aa")
    assert pickle.loads(pickle.dumps(made)).fullmatch("aa")  # noqa: S301 - our own octets


def test_a_late_pattern_says_what_it_has_not():
    with pytest.raises(AttributeError, match="find_all"):
        _ = late("a").find_all


def test_every_pattern_of_ours_that_is_compiled_late_can_be_compiled():
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = [found for found in gc.get_objects() if type(found) is late]
    assert len(ours) > 100
    for pattern in ours:
        assert isinstance(pattern.pattern, str | bytes)
