"""Files that others wrote are the very ones that were looked at, and each can be served."""

import hashlib
from pathlib import Path

import pytest

from pipeline import web
from pipeline.web.rendering import asset
from pipeline.web.vendored import SERVED, octets_of

VENDOR = Path(web.__file__).parent / "vendor"
SUMS = [line.split("  ") for line in (VENDOR / "SHA256SUMS").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("digest", "name"), SUMS)
def test_what_others_wrote_is_as_it_was_packed(digest, name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_everything_that_others_wrote_is_summed():
    own = {"README.md", "SHA256SUMS"}
    assert {path.name for path in VENDOR.iterdir()} - own == {name for _, name in SUMS}


@pytest.mark.parametrize("name", SERVED)
def test_an_address_of_a_file_tells_its_octets(name):
    path, _, digest = asset(name).partition("?")
    assert path == f"/{name}"
    assert hashlib.sha256(octets_of(name)).hexdigest().startswith(digest)
