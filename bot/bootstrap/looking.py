"""The window on what is understood."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.adapters.catalog.gettext import GettextCatalog
from bot.bootstrap.desk import checked_machine, known, lexicons, read_desk
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.service.window import Kind


def look(
    settings: Settings,
    kind: "Kind",
    asked: tuple[str | None, str | None, datetime | None],
    *,
    jsonl: bool,
    labelled: Path | None,
) -> None:
    """Shows what is understood of the lines of standard input, or measures it on labelled ones.

    `asked` are the language, the flow whose words count, and the moment; each may be left to the desk.

    Raises:
        CannotStart: the desk's files have errors; an unknown language or flow.
        BadLine: a labelled line is not as it should be.
    """
    from bot.adapters.clock import FixedClock, SystemClock
    from bot.adapters.console.looking import Looking
    from bot.adapters.console.streams import utf8_streams
    from bot.service.voice import Voices
    from bot.service.window import Window

    desk = read_desk(settings)
    machine = checked_machine(desk)
    catalog = GettextCatalog(desk.catalogues, settings.language)
    language, flow, now = asked
    known("language", language, catalog.languages)
    known("flow", flow, machine.on_offer)
    words = lexicons(desk, catalog)
    heard = flow or max(machine.on_offer, key=lambda name: len(words[name].examples))
    zone = ZoneInfo(settings.timezone)
    clock = FixedClock(now.astimezone(zone)) if now else SystemClock(zone)
    looking = Looking(
        Window(words[heard], machine.flows[heard].domains),
        kind,
        Voices(catalog, zone),
        language or catalog.languages[0],
        clock.now(),
    )
    source, target = utf8_streams()
    if labelled is None:
        looking.lines(source, target, jsonl=jsonl)
    else:
        target.write("\n".join([*looking.evaluate(labelled), ""]))
