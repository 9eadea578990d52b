"""What commands have in common: settings, instants, and how mistakes are told."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.settings import Settings


_YEARS = range(1900, 3000)
"""Far enough from both ends of the calendar to count back from any instant of them, and on."""


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is in the desk's time zone."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is not an instant such as 2026-06-22T10:30:00+02:00', param, ctx)
        if instant.year not in _YEARS:
            self.fail(f'"{value}" is not within the years {_YEARS[0]} to {_YEARS[-1]}', param, ctx)
        return instant


def settings_of(**given: object) -> "Settings":
    """The operator's settings; those given here go first."""
    from pydantic import ValidationError

    from bot.settings import Settings, unknown_names, wrong_language

    for warning in unknown_names():
        click.echo(f"warning: {warning}", err=True)
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            click.echo(f"BOT_{name.removeprefix('BOT_')}: {problem['msg'].removeprefix('Value error, ')}", err=True)
        sys.exit(2)
    if doubt := wrong_language(settings):
        click.echo(f"warning: {doubt}", err=True)
    return settings


def counted(count: int, thing: str) -> str:
    """A number of things, in words."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def in_zone(now: datetime | None, settings: "Settings") -> datetime | None:
    """An instant; without an offset it is in the desk's zone."""
    from zoneinfo import ZoneInfo

    return now if now is None or now.tzinfo else now.replace(tzinfo=ZoneInfo(settings.timezone))


@contextmanager
def unswept() -> Iterator[None]:
    """Has nothing looked through for garbage until the bot is there: nearly all that is loaded until then stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def said_clearly() -> Iterator[None]:
    """What keeps the bot from starting is one clear text and exit code 2; a closed pipe is no error."""
    from bot.bootstrap.desk import CannotStart
    from bot.model.error import BotError

    try:
        yield
    except CannotStart as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BotError as error:
        click.echo("\n".join([str(error), *getattr(error, "__notes__", ())]), err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
