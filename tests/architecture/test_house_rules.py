"""What no linter knows of this house."""

import ast
import inspect
from pathlib import Path

import pytest

from pipeline.archive.texts import Texts
from pipeline.archive.writer import WarcWriter

ROOT = Path(__file__).parents[2]
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / "pipeline").rglob("*.py"))
}
FUNCTIONS = [
    (module, node)
    for module, tree in MODULES.items()
    for node in ast.walk(tree)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
]

LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
# All nouns in one place, most of them docstring: cut up, they would be harder to learn.
# The second is written by `make schema`.
MAY_BE_LONG = {"pipeline/model.py", "pipeline/catalog/tables.py"}

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
# The present instant and the zone of the machine.  How long something took (time.monotonic) and
# a date that is computed from another are no readings of the clock.
CLOCK = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
}


def users_of(is_use):
    return {
        module for module, tree in MODULES.items() if any(is_use(node) for node in ast.walk(tree))
    }


def imports_from(node, module, names):
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and any(alias.name in names for alias in node.names)
    )


def reads_environment(node):
    asked = isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT
    return asked or imports_from(node, "os", ENVIRONMENT)


def reads_clock(node):
    if isinstance(node, ast.Attribute):
        owner = node.value
        name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        return node.attr in CLOCK.get(name, ())
    return imports_from(node, "time", CLOCK["time"])


def makes_stored_block(node):
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    replaced = name == "replace" and any("stored" in ast.dump(arg).lower() for arg in node.args)
    return name == "StoredBlock" or replaced


def test_only_settings_reads_the_environment():
    assert users_of(reads_environment) == {"pipeline/settings.py"}


def test_only_the_clock_is_asked_what_time_it_is():
    assert users_of(reads_clock) == {"pipeline/ground/clock.py"}


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime; datetime.now()",
        "import datetime; datetime.datetime.utcnow()",
        "import datetime as d; d.date.today()",
        "import time; time.time()",
        "from time import time",
    ],
)
def test_a_reading_of_the_clock_would_be_seen(code):
    assert any(reads_clock(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize("code", ["import os; os.environ['A']", "from os import getenv"])
def test_a_reading_of_the_environment_would_be_seen(code):
    assert any(reads_environment(node) for node in ast.walk(ast.parse(code)))


def test_text_follows_the_archive_because_nobody_else_makes_stored_blocks():
    makers = users_of(makes_stored_block)
    assert makers
    assert all(module.startswith("pipeline/archive/") for module in makers)


def test_modules_are_short():
    lengths = {
        module: (ROOT / module).read_text("utf-8").count("\n")
        for module in MODULES.keys() - MAY_BE_LONG
    }
    assert not {module: n for module, n in lengths.items() if n > LONGEST_MODULE}


def test_functions_are_short():
    lengths = {
        f"{module}:{node.name}": node.end_lineno - node.lineno + 1 for module, node in FUNCTIONS
    }
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    assert not too_long


def test_no_module_is_a_bag():
    bags = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "data", "info"}
    assert not {module for module in MODULES if Path(module).stem in bags}


def test_no_module_has_mutable_state():
    """An upper-case mapping or list at the top of a module is a table; nobody writes into it."""
    tables = {
        (module, target.id)
        for module, tree in MODULES.items()
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id != "__all__"
    }
    assert not {(module, name) for module, name in tables if not name.isupper()}
    written = {
        (module, ast.unparse(node.value))
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)
    }
    assert not written & tables
    assert not users_of(lambda node: isinstance(node, ast.Global))


def public_methods(kind):
    return {
        name
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_") and (callable(member) or isinstance(member, property))
    }


def test_a_warc_writer_can_append_and_nothing_else():
    assert public_methods(WarcWriter) == {"append", "sync", "seal", "close"}


def test_texts_can_be_kept_and_read_and_nothing_else():
    assert public_methods(Texts) == {
        "keep_text",
        "keep_document",
        "read_text",
        "read_document",
        "sync",
    }


def test_a_module_says_what_it_is_for():
    assert not {module for module, tree in MODULES.items() if not ast.get_docstring(tree)}
