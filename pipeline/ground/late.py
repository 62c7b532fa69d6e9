"""A regular expression that is compiled when it is first used.

The words for dates, authors and missing pages in all their languages take a quarter of a second to
compile, and most commands, and most pages that are read by rules, ask for none of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:

    def late(pattern: AnyStr, flags: re.RegexFlag | int = 0) -> re.Pattern[AnyStr]:
        """`pattern` as `re.compile` makes it, at its first use.

        A pattern that cannot be compiled raises re.error there, and in the tests.
        """

else:

    class late:  # noqa: N801 - it stands where a function would
        """Answers as the compiled pattern does."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self._spelled = pattern, flags

        def __getattr__(self, name: str) -> Any:
            # Only what is not there yet comes here: private names, and all others once.
            if name.startswith("_"):
                raise AttributeError(name)
            compiled = re.compile(*self._spelled)
            vars(self).update({one: getattr(compiled, one) for one in ANSWERS})
            return getattr(compiled, name)


ANSWERS = tuple(name for name in dir(re.Pattern) if not name.startswith("_"))
