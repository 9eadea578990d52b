"""The log: for people on a terminal, JSON lines otherwise. No secret gets into it, tracebacks included."""

import logging
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.types import Processor

_HIDDEN = "[secret]"
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
        line = self._formatter.format(record)
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return line


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
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    for_people: list[Processor] = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    for_machines: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(for_people if stream.isatty() else for_machines),
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Redacting(formatter, secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(_OTHERS, logging.getLevelNamesMapping()[level]))
    logging.getLogger("bot").setLevel(level)
    logging.captureWarnings(capture=True)
