"""`dateline …` with a stop watch on its log: `ledger_watched.py TOLD.json ARGUMENTS…`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from pipeline.cli.main import main
from pipeline.ledger.log import Log


class Watch:
    """CPU seconds of the calling thread, spent in what it wraps."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self.calls = {"append": 0, "sync": 0}

    def on(self, name: str) -> None:
        """Time every call of the log's method `name`."""
        inner, calls = getattr(Log, name), self.calls

        def timed(*arguments: object) -> object:
            began = time.thread_time()
            try:
                return inner(*arguments)
            finally:
                self.spent_s += time.thread_time() - began
                calls[name] += 1

        setattr(Log, name, timed)


def run(told: Path, arguments: list[str]) -> None:
    watch = Watch()
    watch.on("append")
    watch.on("sync")
    sys.argv = ["dateline", *arguments]
    try:
        main()
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = {
            "log_s": watch.spent_s,
            "process_s": used.ru_utime + used.ru_stime,
            "entries": watch.calls["append"],
            "syncs": watch.calls["sync"],
        }
        told.write_text(json.dumps(spent), "utf-8")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
