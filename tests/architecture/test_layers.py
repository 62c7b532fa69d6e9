"""Each wall between the modules stands, and falls over nobody but who runs into it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

PLANTED = {
    "a lower module imports a higher": (
        "pipeline/writing/keeping.py",
        "from pipeline.flow import Flow\n",
        "pipeline.writing.keeping -> pipeline.flow",
    ),
    "a room imports a stranger": (
        "pipeline/dedup/verdict.py",
        "from pipeline.schedule.cadence import Cadence\n",
        "pipeline.dedup.verdict -> pipeline.schedule.cadence",
    ),
    "a room imports a stranger for its types alone": (
        "pipeline/fetch/limits.py",
        "if TYPE_CHECKING:\n    from pipeline.sites.site import Site\n",
        "pipeline.fetch.limits -> pipeline.sites.site",
    ),
    "a new module has no floor": ("pipeline/helpers.py", "", "helpers"),
    "two files of a room import each other": (
        "pipeline/archive/reader.py",
        "from pipeline.archive.recovery import recover\n",
        "No cycles are allowed in pipeline.archive",
    ),
    "HTTP outside fetch": ("pipeline/alerts/config.py", "import httpx\n", "-> httpx"),
    "SQL outside catalog": ("pipeline/flow.py", "import sqlalchemy\n", "-> sqlalchemy"),
    "HTML outside discover and extract": (
        "pipeline/writing/settling.py",
        "from selectolax.lexbor import LexborHTMLParser\n",
        "-> selectolax",
    ),
    "compression outside archive": ("pipeline/writing/keeping.py", "import isal\n", "-> isal"),
    "APScheduler outside schedule and daemon": (
        "pipeline/frontier/planning.py",
        "import apscheduler\n",
        "-> apscheduler",
    ),
    "the terminal outside the command": ("pipeline/daemon.py", "import rich\n", "-> rich"),
    "apprise outside its one place": (
        "pipeline/alerts/messages.py",
        "import apprise\n",
        "-> apprise",
    ),
    "HTTP served outside web": ("pipeline/running/shifts.py", "import starlette\n", "-> starlette"),
    "Prometheus outside the metrics": (
        "pipeline/daemon.py",
        "import prometheus_client\n",
        "-> prometheus_client",
    ),
    "a judge among the makers": ("pipeline/archive/writer.py", "import warcio\n", "-> warcio"),
}


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(
        ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def plant(package):
    """Writes a violation behind a module of the copy, and takes it away again."""
    planted = []

    def write(path, text):
        target = package / path
        planted.append((target, target.read_bytes() if target.exists() else None))
        with target.open("a", encoding="utf-8") as module:
            module.write(text)

    yield write
    for target, before in planted:
        if before is None:
            target.unlink()
        else:
            target.write_bytes(before)


@pytest.fixture(scope="session")
def lint(package, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")

    def run():
        return subprocess.run(
            [LINT_IMPORTS, "--no-logo", "--cache-dir", cache],
            cwd=package,
            env={**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_every_wall_stands(lint):
    done = lint()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("path", "text", "told"), PLANTED.values(), ids=PLANTED)
def test_a_planted_import_is_found(plant, lint, path, text, told):
    plant(path, text)
    done = lint()
    assert done.returncode == 1
    assert told in done.stdout
