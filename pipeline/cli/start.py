"""Where the command begins: loads the program, and tells the garbage collector what stays.

Loading makes a quarter of a million objects that live as long as the process.  Looking through
them over and over, while they are made and ever after, would be a fifth of all that a page costs.
"""

from __future__ import annotations

import gc
import os
import sys

YOUNG, MIDDLE, OLD = 10_000, 20, 50
"""How many new objects, and how many rounds, before each generation is looked through.  A page
makes some hundred that outlive it for a moment; none of them are cycles that grow."""


def main() -> None:
    """Run the command and end the process with its exit code."""
    gc.disable()
    _open_what_is_closed()
    from pipeline.cli.main import ready  # noqa: PLC0415 - the collector is off while it loads

    run = ready()
    # Not collected before: that would take as long as a third of the loading, to win ten megabytes.
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.enable()
    run()


def _open_what_is_closed() -> None:
    """Let nobody read what is said to a stream that was closed before we began.

    Otherwise the first file that is opened would take its number.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            os.dup2(opened, number)
            if opened != number:
                os.close(opened)
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))
