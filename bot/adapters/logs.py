"""The log: for people on a terminal, JSON lines otherwise. No secret gets into it, tracebacks included."""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO
from urllib.parse import quote

import orjson
import structlog
from structlog.types import Processor

from bot.model.error import BotError

_HIDDEN = "[secret]"
_AS_TEXT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
_RENDERED = "rendered"
"""The attribute of a record that is a whole line already."""
_OTHERS = logging.WARNING
"""What libraries log below this may hold what people wrote."""


class Redacting(logging.Formatter):
    """Writes what was rendered already, or what another formatter writes, without the secrets."""

    def __init__(self, formatter: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._formatter = formatter
        written = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(written, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines, of a record."""
        line = record.getMessage() if hasattr(record, _RENDERED) else self._formatter.format(record)
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return line


def _as_it_is(_logger: object, _method: str, line: Any) -> tuple[tuple[str], dict[str, Mapping[str, bool]]]:  # noqa: ANN401 - what the one before makes
    """Hands a line on as what it is: most of what is logged is ours, and rendering it once is enough."""
    return (line,), {"extra": {_RENDERED: True}}


def _json(event: object, default: Callable[[object], object], **_: object) -> str:
    """As JSON; what is no JSON as the text that it is in Python, if it is one: to log something never fails."""
    try:
        return orjson.dumps(event, default, _AS_TEXT).decode()
    except TypeError:  # halves of characters, which the quick writer refuses
        try:
            return json.dumps(event, default=default)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with what was to be told
            return json.dumps({"event": "log.unwritable", "problem": type(error).__name__})


def traceback_of(error: BaseException | None) -> str:
    """Where an error came from, oldest cause first. Only our own errors say what they say: others may repeat people."""
    told: list[str] = []
    while error is not None:
        words = f": {error}" if isinstance(error, BotError) else ""
        notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
        frames = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}{words}{notes}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(told))


def _write(target: TextIO, text: str) -> None:
    target.write(f"\n{text}")


def set_up_logs(level: str, secrets: Sequence[str], target: TextIO | None = None) -> None:
    """Sends every log of this process to `target` (standard error when not given), from this level on."""
    stream = target or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    for_people: list[Processor] = [
        structlog.dev.ConsoleRenderer(exception_formatter=lambda target, info: _write(target, traceback_of(info[1])))
    ]
    for_machines: list[Processor] = [
        structlog.processors.ExceptionRenderer(lambda info: traceback_of(info[1])),
        structlog.processors.JSONRenderer(_json),
    ]
    rendered = for_people if stream.isatty() else for_machines
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, *rendered, _as_it_is],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # none of it is written
    logging._srcfile = None  # noqa: SLF001 - how the library wants to be told so of places
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Redacting(formatter, secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(_OTHERS, logging.getLevelNamesMapping()[level]))
    logging.getLogger("bot").setLevel(level)
    logging.captureWarnings(capture=True)
