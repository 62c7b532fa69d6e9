"""What Chromium, axe and a keyboard make of the web page over the demo's archive.

`python tests/browser/judge_page.py DATELINE FOLDER AXE [SHOTS]`, where FOLDER is the demo's and AXE
the script of the npm package `axe-core`, serves the archive and looks at every page of it: on a
desk and on a phone, in light and in dark, with JavaScript and without.  axe has to find nothing,
no error may stand in the console, nobody else may be asked, and nothing may be wider than the
screen.  The keyboard has to reach the content first and then every link and field, each of them
seen to have the focus.  The archived page has to appear, and nothing in it may run.

With SHOTS, a folder, it leaves pictures there.  Exits 1 when one of these does not hold, and 3 when
there is nothing to judge or nothing to judge it with.
"""
# ruff: noqa: T201 - a judge prints what it finds

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from judge_replay import CHROMIUM, FLAGS, NOTHING_TO_JUDGE
from playwright.sync_api import sync_playwright
from showing import BROWSERS_OWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

LISTENS = re.compile(r"read it at (http://\S+)")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WORDS = "bell+OR+%EB%8F%84%EC%84%9C%EA%B4%80"
PASSAGE = "Nobody+knows+who+put+it+there."
MOST_STOPS = 400
REPLAY_MS = 15_000
AN_ARTICLE = 200
# What the player asks itself, and what Chromium says of a script that it did not run.
OF_THE_FRAME = re.compile(r"/replay/|Blocked script execution|404 \(Not Found\)|allowfullscreen")
STOPS = "a[href], button, input:not([type=hidden]), select, summary, iframe, [tabindex='0']"
COUNT = f"""() => [...document.querySelectorAll("{STOPS}")]
    .filter(one => one.checkVisibility() && one.getClientRects().length).length"""
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    if (one === document.body) return null;
    one.dataset.stop ||= String(document.querySelectorAll("[data-stop]").length + 1);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return [one.dataset.stop, ring || one.tagName === "IFRAME", one.outerHTML.slice(0, 120)];
}"""
WIDE = "document.documentElement.scrollWidth > innerWidth"
AXE = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    iframes: false,
})).violations.map(
    one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.target).join(" | ")
)"""


@dataclass
class Judgement:
    """What is wrong, page by page."""

    faults: list[str] = field(default_factory=list)

    def holds(self, page: str, what: str, *, good: bool) -> None:
        """Remember what does not hold."""
        if not good:
            self.faults.append(f"{page}: {what}")
            print(f"FAULT {page}: {what}")


@contextmanager
def served(dateline: Path, folder: Path) -> Iterator[str]:
    """The address of the page while it is served."""
    where = ("--archive", folder / "archive", "--configs", folder / "configs")
    command = [str(part) for part in (dateline, *where, "serve", "--listen", "127.0.0.1:0")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = next((found for line in process.stderr if (found := LISTENS.search(line))), None)
        if said is None:
            raise SystemExit("dateline serve did not begin")
        yield said[1]
    finally:
        process.terminate()
        process.wait(20)


def pages_of(page: Page, base: str) -> dict[str, str]:
    """An address of every kind of page, by its name."""
    found = {"overview": "/", "changes": "/changes", "alarms": "/alarms", "audit": "/audit"}
    found |= {
        "search": "/search?q=bell+OR+%EB%8F%84%EC%84%9C%EA%B4%80",
        "trace": f"/trace?text={PASSAGE}",
    }
    page.goto(base)
    found["site"] = first(page, "/sites/")
    page.goto(base + found["site"] + "?state=edited")
    found["document"] = first(page, "/document?")
    page.goto(base + found["document"])
    found["diff"] = first(page, "/diff?")
    found["inline"] = found["diff"] + "&view=inline"
    found["provenance"] = first(page, "/provenance/")
    found["archived"] = found["provenance"].replace("provenance", "archived")
    return found | {"refused": "/nowhere", "login": "/login"}


def first(page: Page, prefix: str) -> str:
    """The first link on the page that leads to such an address."""
    said = page.locator(f'main a[href^="{prefix}"]').first.get_attribute("href")
    assert said is not None
    return said


@contextmanager
def opened(
    browser: Browser, judged: Judgement, base: str, **more: object
) -> Iterator[BrowserContext]:
    """A browser's context in which errors and strangers are faults."""
    context = browser.new_context(**more)  # type: ignore[arg-type]

    def asked(url: str) -> None:
        own = url.startswith((base, "data:", "blob:")) or BROWSERS_OWN.fullmatch(url)
        judged.holds(url, "somebody else was asked", good=bool(own))

    def said(kind: str, text: str, where: str) -> None:
        harmless = kind not in {"error", "warning"} or OF_THE_FRAME.search(text + where)
        judged.holds(where, f"console: {text}", good=bool(harmless))

    context.on("request", lambda request: asked(request.url))
    context.on("console", lambda one: said(one.type, one.text, one.location.get("url", "")))
    context.on("weberror", lambda raised: said("error", str(raised.error), "script"))
    try:
        yield context
    finally:
        context.close()


def look(page: Page, name: str, judged: Judgement, axe: str) -> None:
    """What can be judged of a page that is open."""
    judged.holds(name, "is wider than the screen", good=not page.evaluate(WIDE))
    page.evaluate(axe)
    for violation in page.evaluate(AXE):
        judged.holds(name, f"axe: {violation}", good=False)


def walk(page: Page, name: str, judged: Judgement) -> None:
    """Tab through the page: the content first, then every stop, each with a ring."""
    expected, reached = page.evaluate(COUNT), set()
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    judged.holds(
        name, f"the first stop is {skip}, and not the way to the content", good=skip == "#main"
    )
    for _ in range(MOST_STOPS):
        stop = page.evaluate(FOCUSED)
        if stop is None or stop[0] in reached:
            break
        reached.add(stop[0])
        judged.holds(name, f"no focus is seen on {stop[2]}", good=stop[1])
        if stop[2].startswith("<iframe"):
            break
        page.keyboard.press("Tab")
    told = f"the keyboard reaches {len(reached)} of {expected}"
    judged.holds(name, told, good=len(reached) >= min(expected, MOST_STOPS))


def replayed(page: Page, judged: Judgement) -> None:
    """The archived page comes up, and no script of it runs."""
    for _ in range(REPLAY_MS // 100):
        frame = next((one for one in page.frames if "mp_/http" in one.url), None)
        # not every site says its title in an h1; the player's own pages say less than this
        if frame is not None and len(frame.locator("body").inner_text()) >= AN_ARTICLE:
            break
        page.wait_for_timeout(100)
    else:
        judged.holds("archived", "the archived page is not seen", good=False)
        return
    sandboxed = page.request.get(page.url.partition("/archived")[0] + "/replay/sw.js").text()
    judged.holds("archived", "may run", good="sandbox allow-same-origin" in sandboxed)
    ran = frame.evaluate("typeof window.WB_wombat_location")
    judged.holds("archived", "a script of the player ran in it", good=ran == "undefined")


def judge(browser: Browser, base: str, axe: str, shots: Path | None) -> Judgement:
    """Look at everything."""
    judged = Judgement()
    with opened(browser, judged, base) as context:
        pages = pages_of(context.new_page(), base)
    for scheme in ("light", "dark"):
        for size in (DESK, PHONE):
            with opened(browser, judged, base, viewport=size, color_scheme=scheme) as context:
                for name, path in pages.items():
                    page = context.new_page()
                    answer = page.goto(base + path)
                    is_good = answer is not None and answer.ok == (name != "refused")
                    judged.holds(name, "is not there", good=is_good)
                    at = f"{name} {scheme} {size['width']}"
                    look(page, at, judged, axe)
                    if name == "archived":
                        replayed(page, judged)
                    if shots:
                        page.screenshot(
                            path=shots / f"{name}-{scheme}-{size['width']}.png", full_page=True
                        )
                    if scheme == "light":
                        walk(page, at, judged)
                    page.close()
    with opened(browser, judged, base, java_script_enabled=False) as context:
        for name, path in pages.items():
            page = context.new_page()
            page.goto(base + path)
            judged.holds(
                f"{name} without JavaScript", "is empty", good=page.locator("main h1").count() == 1
            )
            page.close()
    print(f"the web page: {len(pages)} pages, {len(judged.faults)} faults")
    return judged


def main(dateline: Path, folder: Path, axe: Path, shots: Path | None = None) -> int:
    """Serve the archive, and judge its page."""
    if not CHROMIUM.exists() or not (folder / "archive").is_dir():
        print(f"nothing to judge: {CHROMIUM} or {folder}/archive is missing", file=sys.stderr)
        return NOTHING_TO_JUDGE
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    with served(dateline, folder) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        judged = judge(browser, base, axe.read_text("utf-8"), shots)
        browser.close()
    return int(bool(judged.faults))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
