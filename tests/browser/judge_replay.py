"""What ReplayWeb.page shows of a bundle, in Chromium: the archived page's own words.

`python tests/browser/judge_replay.py PLAYER FILE.wacz…`, where PLAYER is the folder of the npm
package `replaywebpage`, opens every page of each bundle in a site that embeds the player.  The
page has to appear under its address, with its title and every paragraph that Dateline had read
out of it; nothing may be asked of anybody else, and no error may stand in the console.  Then each
page is looked for in a bundle that does not hold it, and must not be seen.

Bundles without a page (robots.txt, an error) are passed over.  Exits 1 when one of these does not
hold, and 3 when there is nothing to judge or nothing to judge it with.
"""
# ruff: noqa: T201 - a judge prints what it finds

from __future__ import annotations

import json
import re
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playwright.sync_api import Error, sync_playwright
from showing import Showing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Frame, Page

NOTHING_TO_JUDGE = 3
CHROMIUM = Path("/usr/bin/chromium")
# The first is for root, in whose name CI runs; the others keep the browser from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS, GLANCE_MS = 20_000, 100
ABSENCE_MS = 3_000  # a page that is there appears within one second

TEXTS = re.compile(r"provenance/[0-9a-f]{64}\.txt")
SEEN = """([title, words]) => {
    const text = document.body.innerText.replace(/\\s+/g, " ");
    return text && document.title.includes(title) && words.every(one => text.includes(one));
}"""

# 404s that the player answers itself, to itself: it asks whether it has opened the bundle before;
# and it looks for the page's images, styles and icon, none of which Dateline archives.
HARMLESS = re.compile(r"http://[^/]+/replay/w/(api/c/id-\w+\?all=1$|id-\w+/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A page of a bundle: its address, its capture's second, and what is to be read on it."""

    url: str
    stamp: str
    title: str
    words: tuple[str, ...]


def pages_in(bundle: Path) -> list[Archived]:
    """The pages that a bundle lists."""
    with zipfile.ZipFile(bundle) as packed:
        texts = [packed.read(name).decode() for name in packed.namelist() if TEXTS.fullmatch(name)]
        listed = packed.read("pages/pages.jsonl").splitlines()[1:]
    words = tuple(" ".join(part.split()) for text in texts for part in text.split("\n\n"))
    return [
        Archived(
            url=page["url"],
            stamp="".join(filter(str.isdigit, page["ts"])),
            # a page of which no title is known is listed under its address
            title="" if page["title"] == page["url"] else page["title"],
            words=words,
        )
        for page in map(json.loads, listed)
    ]


@contextmanager
def opened(browser: Browser, site: str, archived: Archived) -> Iterator[tuple[Page, list[str]]]:
    """The embedding site's page in a browser that knows nothing yet, and its errors so far."""
    context = browser.new_context()
    errors: list[str] = []

    def complained(said: ConsoleMessage) -> None:
        where = said.location.get("url", "")
        if said.type == "error" and not HARMLESS.match(where):
            errors.append(f"{said.text} ({where})")

    context.on("console", complained)
    context.on("weberror", lambda raised: errors.append(str(raised.error)))
    try:
        page = context.new_page()
        page.goto(f"{site}/?{urlencode({'url': archived.url, 'ts': archived.stamp})}")
        yield page, errors
    finally:
        context.close()


def is_seen(page: Page, archived: Archived, patience_ms: int) -> bool:
    """Whether the archived page comes up in the player, under its address, with its words."""
    for _ in range(patience_ms // GLANCE_MS):
        frames = [frame for frame in page.frames if frame.url.endswith(f"mp_/{archived.url}")]
        if any(_reads(frame, archived) for frame in frames):
            return True
        page.wait_for_timeout(GLANCE_MS)
    return False


def _reads(frame: Frame, archived: Archived) -> bool:
    try:
        return bool(frame.evaluate(SEEN, [archived.title, archived.words]))
    except Error:  # the frame goes on to another document
        return False


def faults_of(browser: Browser, showing: Showing, bundle: Path) -> list[str]:
    """Look at every page of a bundle."""
    showing.bundle = bundle
    faults = []
    for archived in pages_in(bundle):
        with opened(browser, showing.url, archived) as (page, errors):
            if not is_seen(page, archived, PATIENCE_MS):
                faults.append(f"{archived.url} at {archived.stamp} is not seen")
            faults += errors
    faults += [f"asked somebody else: {asked}" for asked in showing.strangers()]
    print(f"ReplayWeb.page: {bundle.name}: {faults or 'no fault'}")
    return faults


def sees_what_is_not_there(browser: Browser, showing: Showing, bundles: list[Path]) -> bool:
    """Whether a page is seen in a bundle that holds another: then this judge is blind."""
    sought, shown = next(
        (page, bundle)
        for page in pages_in(bundles[0])
        for bundle in bundles
        if page.words and page.words not in [other.words for other in pages_in(bundle)]
    )
    showing.bundle = shown
    with opened(browser, showing.url, sought) as (page, _):
        blind = is_seen(page, sought, ABSENCE_MS)
    print(f"ReplayWeb.page: {sought.url} in {shown.name}: {'SEEN' if blind else 'not seen'}")
    return blind


def main(player: Path, given: list[Path]) -> int:
    """Look at every bundle that holds a page."""
    bundles = [bundle for bundle in given if pages_in(bundle)]
    if len(bundles) < len(("one", "another")):
        print("nothing to judge: name bundles that dateline prove has written", file=sys.stderr)
        return NOTHING_TO_JUDGE
    if not CHROMIUM.exists():
        print(f"no judge: {CHROMIUM} is missing; install Debian's chromium", file=sys.stderr)
        return NOTHING_TO_JUDGE
    with Showing(player) as showing, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, proxy={"server": showing.url}
        )
        faults = [fault for one in bundles for fault in faults_of(browser, showing, one)]
        blind = sees_what_is_not_there(browser, showing, bundles)
        browser.close()
    return int(bool(faults) or blind)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
