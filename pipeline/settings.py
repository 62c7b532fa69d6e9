"""Environment and flags → Settings.  The only module that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

VERSION = version("dateline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is true of one run of the command."""

    archive: Path
    configs: Path
    database: str
    allow_private: bool
    contact: str | None

    @classmethod
    def read(
        cls,
        *,
        archive: Path | None = None,
        configs: Path | None = None,
        database: str | None = None,
        allow_private: bool = False,
    ) -> Self:
        """Flags win over the environment, the environment over the defaults."""
        folder = archive or Path(os.environ.get("DATELINE_ARCHIVE") or "archive")
        return cls(
            archive=folder,
            configs=configs or Path(os.environ.get("DATELINE_CONFIGS") or "configs"),
            database=database
            or os.environ.get("DATELINE_DATABASE")
            or f"sqlite:///{folder / 'catalog.sqlite'}",
            allow_private=allow_private or os.environ.get("DATELINE_ALLOW_PRIVATE") == "1",
            contact=os.environ.get("DATELINE_CONTACT"),
        )

    @property
    def agent(self) -> str:
        """How we name ourselves to the servers that we ask (RFC 9110, section 10.1.5)."""
        said = f"+{self.contact}" if self.contact else "scheduled page archiver"
        return f"Dateline/{VERSION} ({said})"
