"""The ways in which people pass a ticket on themselves: read out on the phone, or as a mail that they send."""

from collections.abc import Mapping
from email.headerregistry import Address

from bot.model.flow import Flow
from bot.model.message import Button, File, Message, Words
from bot.model.ticket import Ticket, TicketError
from bot.service.delivery import Parcel
from bot.service.mailbox import mailboxes, support_address
from bot.service.ports import WrittenTicket
from bot.service.ticket import attempt_words, cause_words, ticket_subject
from bot.service.ticket_mail import draft_file
from bot.service.voice import Voice, message

HOW, PHONE, MAIL = (
    message("Other ways to pass it on"),
    message("Read it out on the phone"),
    message("E-mail it yourself"),
)

_READ_OUT = 160
"""Characters of an error message that somebody reads out; the ticket has the whole."""

_SPELLING = {
    word[0]: word
    for word in (
        *("Charlie", "Foxtrot", "Hotel", "Juliett", "Kilo", "Lima", "Mike", "Papa", "Quebec", "Romeo", "Tango"),
        *("Victor", "Whiskey", "X-ray", "Zulu"),
    )
}
"""The international words for the letters of references: the same in every language."""


def other_ways(reference: str, voice: Voice) -> Button:
    """The button that leads to the others."""
    return Button(f"other-ways-{reference.lower()}", voice.say(HOW))


def ways(reference: str, voice: Voice) -> tuple[Button, ...]:
    """A button for each way."""
    about = reference.lower()
    return Button(f"by-phone-{about}", voice.say(PHONE)), Button(f"by-mail-{about}", voice.say(MAIL))


def which_way(reference: str, voice: Voice) -> Message:
    """The question above the buttons."""
    return Message((Words(voice.say("How would you like to pass on ticket {reference}?", reference=reference)),))


def dictation(made: Ticket, flow: Flow | None, voice: Voice) -> Message:
    """A ticket in a few lines, in the order in which somebody on the phone asks: the reference is spelled.

    Without its `flow`, which the desk may have taken away, its cause has no name.
    """
    head = voice.say("Ticket {reference}, to be read out on the phone:", reference=made.reference)
    lines = (
        voice.say("Reference, letter by letter: {spelling}", spelling=_spelled(made.reference, voice)),
        voice.say("Problem: {cause}", cause=cause_words(flow, made, voice)),
        voice.say("Time of the attempt: {time}", time=attempt_words(made.attempt, voice)),
        _message_line(made.error_message, voice),
    )
    return Message((Words(head), Words("\n".join(lines))))


class Drafts:
    """Mails that people send themselves, to the address that the desk has in its flows, if there is one."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self._flows, self._to = flows, _support(flows)

    def draft(self, written: WrittenTicket, additions: int, voice: Voice, own: Voice) -> tuple[Message, File]:
        """A ticket as a mail, and what is said with it; the mail is in the language of the ticket, its `own` voice.

        `additions` is how often something was added to the ticket: neither that nor pictures are in the mail.
        """
        made = written.ticket
        subject = ticket_subject(self._flows.get(made.flow.name), made, own)
        mail = draft_file(Parcel(id=made.reference, ticket=made, subject=subject, message=written.message), self._to)
        told = [
            voice.say(
                "Here is ticket {reference} as an e-mail: open the file in a mail application that works. It is "
                "already addressed; you only need to send it.",
                reference=made.reference,
            )
            if self._to
            else voice.say(
                "Here is ticket {reference} as an e-mail: open the file in a mail application that works, fill in the "
                "address of support, and send it.",
                reference=made.reference,
            )
        ]
        if made.attachments:
            told.append(voice.say("Your pictures are not in it: please attach them yourself."))
        if additions:
            told.append(voice.say("What you added later is not in it: please copy it in."))
        told.append(voice.say("If the file does not open, copy the ticket into a new e-mail instead."))
        return Message((Words(" ".join(told)),)), File(mail.name, mail.content.decode("ascii"))


def _spelled(reference: str, voice: Voice) -> str:
    return " – ".join(", ".join(_character(each, voice) for each in group) for group in reference.split("-"))


def _character(character: str, voice: Voice) -> str:
    word = _SPELLING.get(character)
    return character if word is None else voice.say("{letter} as in {word}", letter=character, word=word)


def _message_line(told: TicketError, voice: Voice) -> str:
    if told.text is None:
        return voice.say("Message shown: not noted") if told.shown else voice.say("Message shown: none")
    words = " ".join(told.text.split())
    if len(words) <= _READ_OUT:
        return voice.say("Message shown: {words}", words=voice.quoted(words))
    beginning = voice.quoted(f"{words[: _READ_OUT - 1]}…")
    return voice.say("Message shown: {words} (the whole is in the ticket)", words=beginning)


def _support(flows: Mapping[str, Flow]) -> tuple[Address, ...]:
    address = support_address(flows.values())
    try:
        return mailboxes(address) if address else ()
    except ValueError:  # nothing that a mail can go to: people fill it in
        return ()
