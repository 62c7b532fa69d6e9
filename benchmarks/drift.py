"""How often sites that are only themselves raise an alarm of drift, and how soon a break is seen.

    python benchmarks/drift.py [--sites N] [--documents N] [--seed N]

Every site has fields that are there in its own share of documents, texts of its own usual length
with its own spread, and documents that come in runs of a kind: briefs without an author, galleries
with a line of text, columns that bear one title.  After so many documents that are nothing but
ordinary, one thing breaks at each site.  Whatever is raised before that is a false alarm.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.alerts.drifts import NEEDED, drifts
from pipeline.ground.finds import Find, Reading
from pipeline.model import Digest

if TYPE_CHECKING:
    from pipeline.ground.alarm import Kind

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Digest("sha256", bytes(32))
NAME = 1
LOOKED_AFTER = 3
"""Documents between two judgements: the index follows within seconds."""
PATIENCE = 400
"""Documents after a break within which it is to be seen."""
BREAKS = ("byline", "published", "short", "wall", "name")


FIELDS = (Find.TITLE, Find.BYLINE, Find.PUBLISHED, Find.SOURCE)


class Site:
    """Documents as one site brings them."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.name = f"site{number:03}"
        self._chance = chance
        often = (1.0, 0.98, 0.95, 0.9, 0.8, 0.6, 0.3)
        kinds = chance.randint(1, 4)
        self._kinds = [
            (
                {find: chance.choice(often) for find in FIELDS},
                chance.lognormvariate(7, 0.7),
                chance.uniform(0.3, 0.8),
                chance.random() < 0.05,
            )
            for _ in range(kinds)
        ]
        self._run = chance.choice((1, 2, 4, 8))
        self._kind = self._kinds[0]
        self._made = 0

    def document(self, broken: str | None) -> Reading:
        self._made += 1
        chance, number = self._chance, self._made
        if chance.random() < 1 / self._run:
            self._kind = chance.choice(self._kinds)
        shares, usual, spread, is_column = self._kind
        finds = Find.BODY
        for find, share in shares.items():
            if chance.random() < share and (find.name or "").lower() != broken:
                finds |= find
        length = max(40, round(chance.lognormvariate(0, spread) * usual))
        title = 1000 + number
        if is_column and chance.random() < 0.5:
            title = 7
        words = f"{self.name} {number}"
        if broken == "short":
            length //= 6
        if broken == "wall" and chance.random() < 0.5:
            words, length = f"{self.name} wall", 300
        if broken == "name":
            title = NAME
        return Reading(
            entry=number,
            url=f"https://{self.name}.example/{number}",
            seen_at=BEGAN + timedelta(minutes=number),
            generation="1",
            rules=RULES,
            text=Digest("sha256", hashlib.sha256(words.encode()).digest()),
            finds=int(finds),
            length=length,
            title=title if finds & Find.TITLE else None,
        )


class Watch:
    """One site's alarms, judged as the daemon has them judged."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.seen: list[Reading] = []
        self.standing: dict[tuple[Kind, str], list[Reading]] = {}
        self.raised: list[tuple[int, Kind, str]] = []

    def judge(self) -> None:
        newest = self.seen[: -NEEDED - 1 : -1]
        for sign in drifts(self.site, newest, standing=self.standing, names={NAME}):
            state = (sign.kind, sign.subject)
            if sign.bad:
                self.standing[state] = newest
                self.raised.append((len(self.seen), sign.kind, sign.detail))
            else:
                del self.standing[state]


def lived(number: int, given: argparse.Namespace) -> tuple[list[tuple[int, Kind, str]], int | None]:
    """The false alarms of one site, and after how many documents its break was seen."""
    chance = random.Random(f"{given.seed} {number}")  # noqa: S311 - nothing secret
    site = Site(number, chance)
    watch = Watch(site.name)
    for made in range(given.documents):
        watch.seen.append(site.document(None))
        if made % LOOKED_AFTER == 0:
            watch.judge()
    false, before = list(watch.raised), len(watch.raised)
    broken = BREAKS[number % len(BREAKS)]
    for made in range(PATIENCE):
        watch.seen.append(site.document(broken))
        watch.judge()
        if len(watch.raised) > before:
            return false, made + 1
    return false, None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    given = parser.parse_args()
    kinds: Counter[Kind] = Counter()
    seen: dict[str, list[int | None]] = {one: [] for one in BREAKS}
    for number in range(given.sites):
        false, after = lived(number, given)
        kinds.update(kind for _, kind, _ in false)
        seen[BREAKS[number % len(BREAKS)]].append(after)
        for at, kind, detail in false[:3]:
            print(f"  false: site {number} at {at}: {kind.value}: {detail}")
    total = given.sites * given.documents
    print(f"{kinds.total()} false alarms in {total} ordinary documents: {dict(kinds)}")
    for broken, after in seen.items():
        found = sorted(one for one in after if one is not None)
        middle = found[len(found) // 2] if found else None
        print(
            f"{broken}: seen {len(found)} of {len(after)}, in the middle after {middle} documents"
        )


if __name__ == "__main__":
    main()
