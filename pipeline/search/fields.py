"""A field of a query and its value → what the query asks of a document besides its words."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.errors import BadQuery
from pipeline.ground.query import Among, Days, Stands
from pipeline.search.days import before, both, days, since

if TYPE_CHECKING:
    from collections.abc import Callable

TITLE = "title"
STATES = {
    "present": "present",
    "gone": "gone",
    "removed": "gone",
    "blocked": "blocked",
    "failed": "failed",
}
DAYS: dict[str, Callable[..., Days]] = {
    "published": days,
    "after": since,
    "before": before,
    "seen": days,
}
NAMES = (TITLE, "site", "lang", "state", "in", *DAYS)
SITE = re.compile(r"[\w.:-]+")
ALWAYS = Days()
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")


class Demand(Struct, frozen=True, kw_only=True):
    """`name:value`, or without it; `position` is the name's."""

    name: str
    value: str
    position: int
    is_wanted: bool = True


def is_field(name: str, position: int) -> bool:
    """Whether `name` is a field; not so where it only looks like one, as a word before a colon.

    Raises BadQuery where somebody seems to have meant one.
    """
    if name.lower() in NAMES:
        return True
    if near := difflib.get_close_matches(name.lower(), NAMES, n=1, cutoff=0.75):
        why = (
            f"no field is called {name!r}; did you mean {near[0]}:"
            f" (there are {', '.join(NAMES)}), or else put it in quotation marks"
        )
        raise BadQuery(why, position=position)
    return False


class Demands(Struct):
    """Gathers demands into what a query says."""

    sites: list[Demand] = field(default_factory=list)
    languages: list[Demand] = field(default_factory=list)
    states: list[Demand] = field(default_factory=list)
    published: Days = ALWAYS
    seen: Days = ALWAYS
    stands: Stands | None = None

    def take(self, demand: Demand) -> None:
        """Add one.  Raises BadQuery for a value that the field cannot have."""
        match demand.name:
            case "site":
                self.sites.append(_matching(demand, SITE, "the name of a site or a host"))
            case "lang":
                self.languages.append(_matching(demand, LANGUAGE, "a language such as ko or en-gb"))
            case "state":
                self.states.append(_state(demand))
            case "in":
                self.stands = _stands(demand)
            case "seen":
                self.seen = both(self.seen, _days(demand))
            case _:
                self.published = both(self.published, _days(demand))


def among(demands: list[Demand]) -> Among:
    """Those that are wanted, and those that are not."""
    return Among(
        tuple(dict.fromkeys(one.value for one in demands if one.is_wanted)),
        tuple(dict.fromkeys(one.value for one in demands if not one.is_wanted)),
    )


def _matching(demand: Demand, pattern: re.Pattern[str], what: str) -> Demand:
    value = demand.value.lower()
    if not pattern.fullmatch(value):
        why = f"{demand.name}:{demand.value} is not {what}"
        raise BadQuery(why, position=demand.position)
    return Demand(
        name=demand.name, value=value, position=demand.position, is_wanted=demand.is_wanted
    )


def _state(demand: Demand) -> Demand:
    state = STATES.get(demand.value.lower())
    if state is None:
        why = f"no state is called {demand.value!r}; there are {', '.join(STATES)}"
        raise BadQuery(why, position=demand.position)
    return Demand(
        name=demand.name, value=state, position=demand.position, is_wanted=demand.is_wanted
    )


def _stands(demand: Demand) -> Stands:
    try:
        stands = Stands(demand.value.lower())
    except ValueError:
        why = f"in:{demand.value} is neither in:now nor in:earlier"
        raise BadQuery(why, position=demand.position) from None
    if demand.is_wanted:
        return stands
    return Stands.EARLIER if stands is Stands.NOW else Stands.NOW


def _days(demand: Demand) -> Days:
    if not demand.is_wanted:
        why = f"{demand.name}: cannot be refused; say which days are meant"
        raise BadQuery(why, position=demand.position)
    return DAYS[demand.name](demand.value, position=demand.position)
