import json

import pytest

from pipeline.sites.register import Register


@pytest.fixture
def declare(tmp_path):
    """Writes declarations: `declare("harbour", match=["harbour.example"])`; gives the file."""

    def write(site, **parts):
        path = tmp_path / f"{site}.yaml"
        path.write_text(json.dumps({"site": site, "name": site, **parts}), "utf-8")
        return path

    return write


@pytest.fixture
def register(tmp_path):
    def read():
        return Register.read(tmp_path)

    return read
