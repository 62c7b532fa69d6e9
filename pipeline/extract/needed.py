"""A pattern → letters that every text in which it is found has, to be looked for first.

A rule often asks each line of a page for words that stand on one of them.  Looking for letters
takes a sixtieth of the time that looking for a pattern takes.
"""

from __future__ import annotations

import re

# Flags behind which letters stand for themselves.
FLAGS = re.compile(r"\(\?([ms]+)\)")
# What may change what letters mean: other flags, and comments.
UNKNOWN = re.compile(r"\(\?(?:[a-zA-Z-]+[:)]|#)")
PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<times>[*+?]|\{\d*,?\d*\})|(?P<letter>[^\\^$.|()])|.",
    re.DOTALL,
)


def needed(pattern: str) -> str:
    """The longest run of letters that stands in every text in which `pattern` is found.

    Empty where nobody can be sure of one: alternatives, groups and repetitions are not looked into.
    """
    flags = FLAGS.match(pattern)
    rest = pattern[flags.end() :] if flags else pattern
    if UNKNOWN.search(rest):
        return ""
    runs, depth = [""], 0
    for piece in PIECE.finditer(rest):
        whole = piece[0]
        if whole == "|" and not depth:
            return ""
        depth += (whole == "(") - (whole == ")")
        if piece["times"]:
            # what stands before it may be missing
            runs[-1] = runs[-1] if whole == "+" else runs[-1][:-1]
            runs.append("")
        elif depth or not (letter := _letter(piece)):
            runs.append("")
        else:
            runs[-1] += letter
    return max(runs, key=len)


def _letter(piece: re.Match[str]) -> str:
    """The one letter that a piece stands for; empty for everything else."""
    whole = piece[0]
    if whole[0] == "\\":
        return "" if whole[1].isalnum() else whole[1]
    return whole if piece["letter"] and whole[0] != "[" else ""
