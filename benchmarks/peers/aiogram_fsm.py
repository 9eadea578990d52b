"""aiogram's finite state machine, in memory: `python -m benchmarks.peers.aiogram_fsm ROOT [--webhook PORT]`."""

import argparse
import os

import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.peers.questions import QUESTIONS, asked, ticket

router = Router()


class Triage(StatesGroup):
    """Where somebody stands: the question that is open."""

    problem = State()
    device = State()
    error = State()
    when = State()
    remark = State()
    again = State()
    summary = State()


_STATES = (Triage.problem, Triage.device, Triage.error, Triage.when, Triage.remark, Triage.again, Triage.summary)
_PRESSED = [state for state, (_, _, buttons) in zip(_STATES, QUESTIONS, strict=True) if buttons]
_SAID = [state for state, (_, _, buttons) in zip(_STATES, QUESTIONS, strict=True) if not buttons]


def _markup(number: int) -> InlineKeyboardMarkup | None:
    buttons = [[InlineKeyboardButton(text=text, callback_data=data)] for text, data in QUESTIONS[number][2]]
    return InlineKeyboardMarkup(inline_keyboard=buttons) if buttons else None


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """The beginning."""
    await state.clear()
    await state.set_state(_STATES[0])
    await message.answer(asked(0, {}), reply_markup=_markup(0))


@router.callback_query(StateFilter(*_PRESSED))
async def pressed(query: CallbackQuery, state: FSMContext) -> None:
    """A button."""
    await query.answer()
    await _next(query.message, state, query.data)


@router.message(StateFilter(*_SAID), F.text)
async def said(message: Message, state: FSMContext) -> None:
    """A text."""
    await _next(message, state, message.text)


async def _next(message: Message, state: FSMContext, answer: str) -> None:
    number = _STATES.index(await state.get_state())
    answers = await state.update_data({QUESTIONS[number][0]: answer})
    if number == len(_STATES) - 1:
        await state.clear()
        await message.answer(ticket(answers))
        return
    await state.set_state(_STATES[number + 1])
    await message.answer(asked(number + 1, answers), reply_markup=_markup(number + 1))


async def _poll(bot: Bot, dispatcher: Dispatcher) -> None:
    await dispatcher.start_polling(bot)


def main() -> None:
    """Runs until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--webhook", type=int)
    given = parser.parse_args()
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    session = AiohttpSession(api=TelegramAPIServer.from_base(given.root))
    bot = Bot(os.environ["BOT_TOKEN"], session=session)
    if not given.webhook:
        uvloop.run(_poll(bot, dispatcher))
        return
    application = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, secret_token=os.environ["BOT_WEBHOOK_SECRET"])
    handler.register(application, path="/hook")
    setup_application(application, dispatcher, bot=bot)
    web.run_app(application, host="127.0.0.1", port=given.webhook, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
