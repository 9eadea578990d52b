"""The log: for people on a terminal, JSON lines otherwise. No secret gets into it, tracebacks included."""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO
from urllib.parse import quote

import orjson
import structlog
from structlog.types import Processor

from bot.model.error import BotError

_HIDDEN = "[secret]"
_AS_TEXT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
_OTHERS = logging.WARNING
"""What libraries log below this may hold what people wrote."""


class Redacting(logging.Formatter):
    """Writes what another formatter writes, without the secrets."""

    def __init__(self, formatter: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._formatter = formatter
        written = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(written, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines, of a record."""
        return self.without_secrets(self._formatter.format(record))

    def without_secrets(self, line: str) -> str:
        """A line in which no secret can be read."""
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return line


class Lines:
    """Our own log, by the name of a module: a line that is rendered already needs nothing more of the library.

    It goes where those of the others go, one after the other.
    """

    def __init__(self, logger: logging.Logger, handler: "logging.StreamHandler[TextIO]", redacting: Redacting) -> None:
        self.name, self.disabled, self.getEffectiveLevel = logger.name, logger.disabled, logger.getEffectiveLevel
        self._handler, self._redacting = handler, redacting

    def write(self, line: str) -> None:
        """Writes a line."""
        told = f"{self._redacting.without_secrets(line)}{self._handler.terminator}"
        self._handler.acquire()
        try:
            self._handler.stream.write(told)
            self._handler.flush()
        except Exception:  # noqa: BLE001 - to log something never fails, as in the library
            self._handler.handleError(logging.makeLogRecord({"name": self.name, "msg": "log.unwritable"}))
        finally:
            self._handler.release()

    debug = info = warning = error = critical = exception = write


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
    """Sends every log of this process to `target` (standard error when not given), from this level on.

    Once in a process: whoever has logged before keeps to what was set up then.
    """
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
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    handler, redacting = logging.StreamHandler(stream), Redacting(formatter, secrets)
    handler.setFormatter(redacting)
    named = structlog.stdlib.LoggerFactory(ignore_frame_names=[__name__])
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, *rendered],
        logger_factory=lambda *names: Lines(named(*names), handler, redacting),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # none of it is written
    logging._srcfile = None  # noqa: SLF001 - how the library wants to be told so of places
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(_OTHERS, logging.getLevelNamesMapping()[level]))
    logging.getLogger("bot").setLevel(level)
    logging.captureWarnings(capture=True)
