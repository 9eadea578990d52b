"""python-telegram-bot's ConversationHandler: `python -m benchmarks.peers.ptb ROOT [--pickle FILE] [--webhook PORT]`."""

import argparse
import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.peers.questions import QUESTIONS, asked, ticket

Context = ContextTypes.DEFAULT_TYPE
_LAST = len(QUESTIONS) - 1


def _markup(number: int) -> InlineKeyboardMarkup | None:
    buttons = QUESTIONS[number][2]
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in buttons] or [])


async def _start(update: Update, context: Context) -> int:
    context.user_data.clear()
    await update.message.reply_text(asked(0, {}), reply_markup=_markup(0))
    return 0


async def _pressed(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    return await _next(update, context, query.data)


async def _said(update: Update, context: Context) -> int:
    return await _next(update, context, update.message.text)


async def _next(update: Update, context: Context, answer: str) -> int:
    number = context.user_data.get("number", 0)
    context.user_data[QUESTIONS[number][0]] = answer
    if number == _LAST:
        await update.effective_message.reply_text(ticket(context.user_data))
        return ConversationHandler.END
    context.user_data["number"] = number + 1
    buttons = _markup(number + 1) if QUESTIONS[number + 1][2] else None
    await update.effective_message.reply_text(asked(number + 1, context.user_data), reply_markup=buttons)
    return number + 1


def main() -> None:
    """Runs until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--pickle")
    parser.add_argument("--webhook", type=int)
    given = parser.parse_args()
    builder = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{given.root}/bot")
    if given.pickle:
        builder = builder.persistence(PicklePersistence(given.pickle))
    application = builder.build()
    states = {
        number: [CallbackQueryHandler(_pressed) if buttons else MessageHandler(filters.TEXT & ~filters.COMMAND, _said)]
        for number, (_, _, buttons) in enumerate(QUESTIONS)
    }
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", _start)],
            states=states,
            fallbacks=[CommandHandler("start", _start)],
            name="triage",
            persistent=bool(given.pickle),
        )
    )
    if given.webhook:
        secret = os.environ["BOT_WEBHOOK_SECRET"]
        url = "https://bench.example.org/hook"
        application.run_webhook("127.0.0.1", given.webhook, "hook", webhook_url=url, secret_token=secret)
    else:
        application.run_polling()


if __name__ == "__main__":
    main()
