"""A bundle → a site on loopback that embeds ReplayWeb.page, and whoever else the browser asks.

The browser has to use the site as its proxy for everything, loopback included; so whatever is
meant for another host comes here too, is refused, and is remembered.
"""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

OUTER = b"""<!doctype html><meta charset=utf-8><title>A site</title><link rel=icon href=data:,>
<script src=/replay/ui.js></script>
<replay-web-page source=/bundle.wacz replayBase=/replay/ embed=replayonly></replay-web-page>
<script>
  const asked = new URLSearchParams(location.search);
  for (const name of ["url", "ts"])
    document.querySelector("replay-web-page").setAttribute(name, asked.get(name));
</script>"""
INNER = b"""<!doctype html><meta charset=utf-8><title>Player</title><link rel=icon href=data:,>
<script src=ui.js></script><replay-app-main></replay-app-main>"""
HTML, SCRIPT, WACZ = "text/html", "text/javascript", "application/wacz"

# Whom Chromium asks of its own accord, whatever page it shows and in spite of all flags: for
# accounts, for names of form fields, for updates.  No page of ours knows these hosts.
BROWSERS_OWN = re.compile(r"(http://)?(accounts\.google|[a-z-]+\.googleapis)\.com[:/].*")


class Showing:
    """Open within `with`, at `url`; it shows `bundle`, which may change from look to look."""

    def __init__(self, player: Path) -> None:
        self.bundle = Path()
        self._player = player
        self._strangers: list[str] = []

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{self._host}"

    def strangers(self) -> list[str]:
        """What the browser has asked of others since the last call."""
        asked, self._strangers = self._strangers, []
        return [one for one in asked if not BROWSERS_OWN.fullmatch(one)]

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Desk", (Desk,), {"at": self}))
        self._host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, target: str) -> tuple[str, bytes] | None:
        """Type and octets of what `target`, a whole URL, names here."""
        parts = urlsplit(target)
        if parts.netloc != self._host:
            self.refuse(target)
            return None
        match parts.path:
            case "/":
                return HTML, OUTER
            case "/replay/":
                return HTML, INNER
            case "/replay/ui.js" | "/replay/sw.js":
                return SCRIPT, (self._player / Path(parts.path).name).read_bytes()
            case "/bundle.wacz":
                return WACZ, self.bundle.read_bytes()
        return None

    def refuse(self, stranger: str) -> None:
        """Remember who was to be connected to."""
        self._strangers.append(stranger)


class Desk(BaseHTTPRequestHandler):
    """Answers as a site and as a proxy."""

    at: Showing

    def do_GET(self) -> None:
        """Show what there is."""
        found = self.at.answer(self.path)
        kind, octets = found or (HTML, b"nothing")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if self.command == "GET":
            # a browser that is closed waits for nothing
            with suppress(BrokenPipeError):
                self.wfile.write(octets)

    def do_HEAD(self) -> None:
        """Show what there would be."""
        self.do_GET()

    def do_CONNECT(self) -> None:
        """Connect to nobody."""
        self.at.refuse(self.path)
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        """What was asked is remembered where it matters."""
