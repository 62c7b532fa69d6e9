"""The real command over the newsstand's pages: its configs, its archive, what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsstand import path
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
LIKE = HERE.parent / "configs" / "kcnawatch.yaml"
HOSTS = 4
ACROSS = 8
"""Requests at once at each host: with four hosts as many as a fetch by hand makes in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a child process cost: CPU seconds, user and system, and seconds by the clock."""

    cpu_s: float
    wall_s: float


@contextmanager
def newsstand(edition: str, pages: int) -> Iterator[list[str]]:
    """Serve `pages` pages of `edition`; their URLs, host after host in turn."""
    command = [sys.executable, str(HERE / "newsstand.py"), edition, str(pages), str(HOSTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            ports = json.loads(server.stdout.readline())
            yield [f"http://127.0.0.1:{ports[at % HOSTS]}{path(at)}" for at in range(pages)]
        finally:
            server.terminate()


def declare(folder: Path, urls: list[str]) -> None:
    """A config for each host of `urls`, with the rules of a real site; the key beside them."""
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    like = yaml.load(LIKE)
    folder.mkdir()
    folder.with_name("dateline.yaml").write_text("ledger: {key: signing.key}\n", "utf-8")
    for number, host in enumerate(dict.fromkeys(urlsplit(url).netloc for url in urls), 1):
        config = {
            "site": f"gazette{number}",
            "name": f"Gazette {number}",
            "home": f"http://{host}/",
            "match": [host],
            "timezone": like["timezone"],
            "language": like["language"],
            "schedule": {"every": "15m", "revisit": "aging"},
            "discover": [{"feed": f"http://{host}/feed/"}],
            "targets": {"allow": like["targets"]["allow"]},
            "fetch": {"delay": "0s", "concurrency": ACROSS, "robots": "ignore"},
            "extract": like["extract"],
        }
        with (folder / f"gazette{number}.yaml").open("w", encoding="utf-8") as written:
            yaml.dump(config, written)


def command(folder: Path, listed: Path) -> list[str]:
    """`dateline fetch` of the URLs in `listed`, with archive and configs below `folder`."""
    options = ["--archive", str(folder / "archive"), "--configs", str(folder / "configs")]
    program = str(Path(sys.executable).with_name("dateline"))
    return [program, *options, "--allow-private", "--json", "fetch", "--from", str(listed)]


def fetch(folder: Path, urls: list[str]) -> Spent:
    """Fetch `urls` with the real command, and make sure that it did its whole work."""
    listed, said = folder / "urls.txt", folder / "said.jsonl"
    listed.write_text("\n".join(urls), "utf-8")
    declare(folder / "configs", urls)
    spent = run(command(folder, listed), said)
    reports = [json.loads(line) for line in said.read_text("utf-8").splitlines()]
    whole = [report for report in reports if is_whole(report)]
    if len(whole) != len(urls):
        raise SystemExit(f"{len(whole)} of {len(urls)} pages were captured and read by the rules")
    return spent


def is_whole(report: dict) -> bool:
    """Whether a page is new, captured, and read by the site's own rules down to its source."""
    document = report["document"]
    return (
        report["change"] == "new"
        and document is not None
        and not document["degraded"]
        and None not in (document["title"], document["published"], document["source"])
    )


def installed() -> dict[str, str]:
    """The environment, in which a program keeps its compiled modules as an installed one does."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def run(command: list[str], said: Path) -> Spent:
    """Run `command` to its good end, its output in `said`."""
    began = perf_counter()
    with said.open("w") as output:
        process = subprocess.Popen(command, stdout=output, env=installed())
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Spent(cpu_s=usage.ru_utime + usage.ru_stime, wall_s=perf_counter() - began)
