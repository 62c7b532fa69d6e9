"""What software reads a text, as every document is signed with it.

The number behind our own name is raised whenever the same page and rules would give another
text: then all documents are derived anew, and the difference is known to be ours.
"""

from __future__ import annotations

from importlib.metadata import version

BY_RULES = f"dateline-rules/7 selectolax/{version('selectolax')}"
GENERIC = (
    f"dateline-generic/7 selectolax/{version('selectolax')}"
    f" trafilatura/{version('trafilatura')} lxml/{version('lxml')}"
)
PLAIN = "dateline-plain/5"


def is_current(extractor: str) -> bool:
    """Whether today's software would sign the same text with the same words."""
    return extractor in {BY_RULES, GENERIC, PLAIN}
