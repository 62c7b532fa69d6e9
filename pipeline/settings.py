"""Environment, flags, `dateline.yaml` → Settings.  Nobody else reads the environment."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from pipeline.alerts.receivers import AlarmsConfig
from pipeline.errors import ConfigInvalid, Problem, UsageError
from pipeline.ground.checking import check
from pipeline.ground.declaration import Duration, Part, Size
from pipeline.ledger.config import LedgerConfig

W = TypeVar("W", bound=StrEnum)

VERSION = version("dateline")
WHOLE = "dateline.yaml"

# `${NAME}`, as shells spell it.
REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

# Keys whose values are told to nobody, also when they are wrong.
SECRET = frozenset({"to", "token"})

Contact = Annotated[str, Field(pattern=r"^[\x21-\x7e]+$", max_length=200)]


class AuditConfig(Part):
    """How often a running daemon audits its archive; never, unless it is said.

    `sample` is the share of responses (0 to 1) that are decoded and read anew.
    """

    every: Annotated[Duration, Field(ge=timedelta(minutes=1))] | None = None
    sample: Annotated[float, Field(ge=0, le=1)] = 0.01


class WebConfig(Part):
    """Who may see the web page.

    `token` is asked for where it is set, and has to be where others than this machine can reach
    the page; `${NAME}` stands for a variable.  `hosts` are names under which a page without a
    token answers besides this machine's own.  `log` says whether outsiders get the log's
    checkpoint and tiles without the token.
    """

    token: str | None = Field(default=None, min_length=1)
    hosts: tuple[str, ...] = ()
    log: Literal["token", "public"] = "token"


class Whole(Part):
    """What `dateline.yaml`, beside the configs folder, says of the whole archive.

    `contact` is a mail address or a page that tells a server's keeper who is asking.  With less
    room than `least_free` where the archive lies, the daemon pauses before a write can fail.
    """

    contact: Contact | None = None
    # All that may be under way when it falls short, and the log and the catalog that follow.
    least_free: Size = 200 * 10**6
    ledger: LedgerConfig = LedgerConfig()
    audit: AuditConfig = AuditConfig()
    alarms: AlarmsConfig = AlarmsConfig()
    web: WebConfig = WebConfig()


class Settings(Struct, frozen=True, kw_only=True):
    """What is true of one run of the command.

    Without `database`, it lies in the archive.  `keys` is the folder in which private keys are
    made that `dateline.yaml` names no place for.  `problems` are those of that file, where it
    `may_be_broken`.
    """

    archive: Path
    configs: Path
    database: str | None
    allow_private: bool
    keys: Path
    whole: Whole
    problems: tuple[Problem, ...] = ()

    @classmethod
    def read(
        cls,
        *,
        archive: Path | None = None,
        configs: Path | None = None,
        database: str | None = None,
        allow_private: bool = False,
        may_be_broken: bool = False,
    ) -> Self:
        """Flags win over the environment, the environment over the defaults.

        Raises ConfigInvalid for a `dateline.yaml` with problems, unless it `may_be_broken`.
        """
        folder = archive or Path(os.environ.get("DATELINE_ARCHIVE") or "archive")
        declarations = configs or Path(os.environ.get("DATELINE_CONFIGS") or "configs")
        whole: Whole = Whole()
        problems: tuple[Problem, ...] = ()
        try:
            whole = _whole(declarations.absolute().parent / WHOLE)
        except ConfigInvalid as invalid:
            if not may_be_broken:
                raise
            problems = invalid.problems
        return cls(
            archive=folder,
            configs=declarations,
            database=database or os.environ.get("DATELINE_DATABASE") or None,
            allow_private=allow_private or os.environ.get("DATELINE_ALLOW_PRIVATE") == "1",
            keys=_config_home() / "dateline" / "keys",
            whole=whole,
            problems=problems,
        )

    @property
    def whole_file(self) -> Path:
        """Where `dateline.yaml` is, or would be."""
        return self.configs.absolute().parent / WHOLE

    def anew(self) -> Self:
        """The same, with `dateline.yaml` as it is now.  Raises ConfigInvalid."""
        return replace(self, whole=_whole(self.whole_file))

    @property
    def key(self) -> Path | None:
        """Where `dateline.yaml` says that the private key is; relative to the file itself."""
        named = self.whole.ledger.key
        return named and self.beside(named)

    def beside(self, path: Path) -> Path:
        """A path that `dateline.yaml` names, which is relative to that file."""
        return self.configs.absolute().parent / path

    def expanded(self, text: str, *, key: str) -> str:
        """`text`, which stands under `key` of `dateline.yaml`, its `${NAME}`s filled in.

        Raises ConfigInvalid for variables that are not set; it names them, and no value.
        """
        names = dict.fromkeys(REFERENCE.findall(text))
        if unset := [name for name in names if not os.environ.get(name)]:
            raise ConfigInvalid(tuple(self._unset(name, key) for name in unset))
        return REFERENCE.sub(lambda found: os.environ[found[1]], text)

    def _unset(self, name: str, key: str) -> Problem:
        return Problem(
            file=str(self.beside(Path(WHOLE))),
            key=key,
            value=f"${{{name}}}",
            allowed=f"a variable that is set: {name} is not in the environment",
        )

    @property
    def agent(self) -> str:
        """How we name ourselves to the servers that we ask (RFC 9110, section 10.1.5)."""
        contact = self.whole.contact
        return f"Dateline/{VERSION} ({f'+{contact}' if contact else 'scheduled page archiver'})"


class LogFormat(StrEnum):
    """How log lines are written: for people, or as JSON."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least that a log line must matter."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def asked_format(given: LogFormat | None) -> LogFormat | None:
    """The format that the command or the environment asks for.  Raises UsageError."""
    said = os.environ.get("DATELINE_LOG_FORMAT")
    return given or _among(LogFormat, said, "DATELINE_LOG_FORMAT")


def asked_level(given: LogLevel | None) -> LogLevel | None:
    """The level that the command or the environment asks for.  Raises UsageError."""
    said = os.environ.get("DATELINE_LOG_LEVEL")
    return given or _among(LogLevel, said, "DATELINE_LOG_LEVEL")


def _among(words: type[W], said: str | None, variable: str) -> W | None:
    if not said:
        return None
    try:
        return words(said)
    except ValueError:
        raise UsageError(f"{variable} is {said!r}; give one of {', '.join(words)}") from None


def _config_home() -> Path:
    """Where a user's programs keep what they need (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _whole(path: Path) -> Whole:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Whole()
    except OSError as error:
        why = error.strerror or str(error)
        unreadable = Problem(file=str(path), key="whole file", value=why, allowed="a readable file")
        raise ConfigInvalid((unreadable,)) from error
    return check(Whole, content, file=str(path), secret=SECRET)
