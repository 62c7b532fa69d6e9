"""Log lines on stderr: for people on a terminal, as JSON for machines that collect them."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from pipeline.cli.terminal import safe
from pipeline.settings import LogFormat, LogLevel

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

SHARED: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class _Libraries(logging.Handler):
    """The handler that is ours, among those that others may have added."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line to what stderr is now."""
        sys.stderr.write(f"{self.format(record)}\n")


def configure(format: LogFormat | None = None, level: LogLevel | None = None) -> None:  # noqa: A002 - the option's name
    """Send every log line to stderr, dated in UTC; those of libraries from warnings on.

    Without a `format` it is for people where stderr is a terminal and JSON elsewhere.  Without a
    `level` JSON leaves nothing out, and people are spared the single looks, which stdout tells.
    """
    chosen = format or (LogFormat.CONSOLE if sys.stderr.isatty() else LogFormat.JSON)
    least = level or (LogLevel.DEBUG if chosen is LogFormat.JSON else LogLevel.INFO)
    last = _last(chosen)
    structlog.configure(
        processors=[*SHARED, *last],
        wrapper_class=structlog.make_filtering_bound_logger(least.value),
        # What stderr is when a line is written, not when this was said.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _route_libraries(last)


def _last(chosen: LogFormat) -> tuple[Processor, ...]:
    if chosen is LogFormat.CONSOLE:
        return (_harmless, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    return (structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str))


def _harmless(_logger: object, _method: str, said: EventDict) -> EventDict:
    """Take what a terminal would obey out of what strangers' servers and pages have said."""
    return {
        key: safe(value, lines=True) if isinstance(value, str) else value
        for key, value in said.items()
    }


def _route_libraries(last: tuple[Processor, ...]) -> None:
    """Let what libraries log from warnings on come out as our own lines do."""
    handler = _Libraries()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *SHARED],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Libraries)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    # The daemon itself tells of a job that has raised, and of late ticks the heartbeat and metrics.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
