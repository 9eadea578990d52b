"""What the bot itself says, where one thing is always said in the same words: English, the source of its catalogue."""

from collections.abc import Mapping

from bot.model import effects as e
from bot.model.inputs import Medium, Problem, SmallTalk
from bot.service.voice import message

_OVER = message(
    "This conversation is over. Write “ticket” to see your last ticket again, or “restart” to begin another one."
)

STRAY = message("I only answer in private, where nobody else reads along. Write to me here: {link}")
FLOODED = message(
    "That is a lot at once, and I cannot keep up. Nothing you told me before is lost: wait half a minute, then write "
    "to me again."
)
NOT_DONE = message("Something went wrong here. Nothing was done; try again.")
SET_ASIDE = message("I could not take in your last message, sorry. Please send it again, or write “help”.")

OTHER_LEAD = message("This message looks more like “{cause}”. If that is right, follow that other lead.")

MOVED = message("The questions have just been updated. I kept your answers; let us go on from here.")
REPLACED = message("The questions have just been replaced, sorry. Let us begin again.")

LINES: Mapping[type[e.Effect], str] = {
    e.MoveOn: message("Let us go on. I keep your words for support."),
    e.Kept: message("I keep this message for the ticket."),
    e.Excuse: message("I was away for a while, sorry. What you did meanwhile may be lost; here is where we were."),
    e.Undone: message("Your last answer is undone."),
    e.Reopen: message("Let us carry on where we were."),
    e.CopyByHand: message("Then please copy the message yourself, just as it is shown. I keep the picture."),
    e.Over: _OVER,
}
"""Effects that are one sentence."""

SMALL_TALK: Mapping[SmallTalk, str] = {
    "greeting": message("Hello!"),
    "thanks": message("You are welcome!"),
}
"""What is said in return."""

REFUSALS: Mapping[e.Reason, str] = {
    "not_on_offer": message("That answer is not on offer here."),
    "nothing_to_undo": message("You are already at the first question."),
    "nothing_to_correct": message(
        "Here you can only go back. Every answer can be corrected in the summary, just before the ticket."
    ),
    "no_such_interrupt": message("I cannot show you that here."),
    "already_there": message("That is what we are doing. Let us go on:"),
    "ended": _OVER,
    "not_asked": message("That does not answer this question."),
    "too_many_attachments": message("I cannot keep more pictures. Those I have will go with your ticket."),
    "too_much_held": message("I keep what you wrote first, but cannot keep more before I know how to go on."),
    "stale": message("That question has already been answered. The one that is open is the last one below."),
    "not_amendable": message("I cannot make that change here. Please write it to me as a new message."),
    "amended_too_late": message(
        "Your ticket is already made, so this change is not in it. To pass it on, write “add something”."
    ),
}
"""Why an input is not possible here."""

PROBLEMS: Mapping[Problem, str] = {
    "not_a_choice": message("I did not understand. Please choose one of the answers below, or write “help”."),
    "no_time": message("I did not recognise a time. Write for example “8:15”, “yesterday 10pm” or “10 min ago”."),
    "future_time": message("That moment is still to come. When did you last try?"),
    "too_long_ago": message("That is more than a year ago. I need the time of your last attempt."),
    "no_such_time": message("That date or time does not exist. Write for example “8:15” or “22/06 8:15”."),
    "not_an_address": message("I see no web address there. A web address looks like https://example.org/page."),
    "not_one_line": message("A username is a single line. Please write only your username."),
    "too_long": message("That is too long for me. Please send only the part that matters."),
    "nothing_left": message("There was nothing else in your message. Here is the question again."),
    "empty": message("Your message is empty."),
    "not_a_photo": message("I am waiting for a picture here."),
}
"""Why an answer was not understood."""


MEDIA: Mapping[Medium, str] = {
    "voice": message("I cannot listen to voice messages. Please write to me in a few words instead."),
    "video": message("I cannot watch videos. A screenshot, or a few words, will help me."),
    "sticker": message("That is kind! To go on, I need an answer to the question below."),
    "contact": message("I do not need a contact card, and I have not kept it."),
    "location": message("I do not need your location, and I have not kept it."),
    "poll": message("I cannot take part in polls."),
    "file": message("I can only keep pictures. A screenshot, or the text copied into a message, will help me."),
    "other_picture": message(
        "I cannot keep that kind of picture. A screenshot, or a picture in JPEG, PNG, GIF, WebP or HEIC, will help me."
    ),
    "large_picture": message(
        "That picture is too large for me: I can keep 20 MB at most. A screenshot, or the picture sent as a photo, "
        "will do."
    ),
    "other": message("I cannot read that kind of message. Please write it to me in a few words."),
}
"""What cannot be read, and what to do instead."""
