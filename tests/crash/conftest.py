"""What the crash tests share: a site to look at, a fast disk, and how thorough to be."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
import structlog

import pipeline.writing.scribe
from pipeline.catalog import Catalog
from tests.crash.scenario import newsroom

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


@pytest.fixture(scope="session")
def thorough():
    """Whether everything is tried, as `make soak` does, and not an even sample of it."""
    return os.environ.get("DATELINE_SOAK") == "1"


@pytest.fixture(scope="session")
def disk():
    """A folder in memory where there is such a place: here the disk is a model."""
    folder = tempfile.mkdtemp(prefix="dateline-", dir=MEMORY if MEMORY.is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def room(disk):
    with newsroom(disk / "configs") as opened:
        yield opened


@pytest.fixture(scope="session")
def empty_catalog(disk):
    path = disk / "empty.sqlite"
    with Catalog.open(f"sqlite:///{path}"):
        return path


@pytest.fixture(autouse=True)
def _hasty_and_quiet(monkeypatch):
    monkeypatch.setattr(pipeline.writing.scribe, "GATHERING_S", (0.01,))
    with structlog.testing.capture_logs():
        yield
