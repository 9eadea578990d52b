"""The support group on Telegram, as the operator has set it up."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.adapters.catalog.gettext import GettextCatalog
from bot.bootstrap.telegram import token_of
from bot.model.canned import CannedAnswer
from bot.model.flow import Flow
from bot.service.desk import Desk
from bot.service.ports import Clock, Store
from bot.service.relays import Relays
from bot.service.voice import Voices
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.telegram.group_chat import GroupChat
    from bot.adapters.telegram.limiter import FairRateLimiter
    from bot.adapters.telegram.support_group import SupportGroup


@dataclass(frozen=True, slots=True)
class SupportDesk:
    """The group: as a sink, as a chat, what its staff do, and what is done about its cases."""

    sink: "SupportGroup"
    chat: "GroupChat"
    desk: Desk
    relays: Relays


@asynccontextmanager
async def open_support_group(
    settings: Settings,
    number: int,
    store: Store,
    catalog: GettextCatalog,
    clock: Clock,
    flows: Mapping[str, Flow],
    answers: Sequence[CannedAnswer],
    limiter: "FairRateLimiter",
) -> AsyncIterator[SupportDesk]:
    """The group with this number, over a connection of its own, which is closed afterwards.

    Raises:
        CannotStart: there is no token.
    """
    from bot.adapters.telegram.addresses import own_domains
    from bot.adapters.telegram.bot import Address, Bot
    from bot.adapters.telegram.group_chat import GroupChat
    from bot.adapters.telegram.person_line import PersonLine
    from bot.adapters.telegram.posting import Poster
    from bot.adapters.telegram.pseudonym import Pseudonyms
    from bot.adapters.telegram.request import PooledRequest
    from bot.adapters.telegram.support_group import SupportGroup

    request, token = PooledRequest(), token_of(settings)
    bot, names = Bot(Address(settings.api_url, token), request, limiter), Pseudonyms(token.encode())
    voices, own = Voices(catalog, ZoneInfo(settings.timezone)), own_domains(flows.values())
    await request.initialize()
    try:
        chat = GroupChat(bot, number, store.cases)
        title = await chat.title()
        sink = SupportGroup(chat, names, store.cases, clock, voices, flows, own, answers, title or "Telegram")
        relays = Relays(store, sink, PersonLine(Poster(bot), own), voices)
        yield SupportDesk(sink, chat, Desk(store, sink, voices, clock, answers), relays)
    finally:
        await request.shutdown()
