"""What is said of an identifier that looks mistyped, in the user's language."""

from collections.abc import Mapping

from bot.model.answer import Environment, Identifier, Slip
from bot.model.flow import Flow
from bot.model.session import Place
from bot.service.voice import Voice, message
from bot.understanding.environment import MAIL_CLIENTS
from bot.understanding.slips import slips

_SLIPS: Mapping[Slip, str] = {
    "sentence": message("it looks like a sentence"),
    "phone_number": message("it looks like a phone number"),
    "personal_number": message("it looks like a NUMEN, which is for nobody else"),
    "doubled_at": message("there is more than one @"),
    "comma": message("there is a comma where a dot may belong"),
    "space": message("there is a space in it"),
    "accent": message("there are accents in it"),
    "capitals": message("it is all in capitals"),
    "no_domain": message("the end of the address, from the @ on, is missing"),
    "other_academy": message("what follows the @ belongs to another académie"),
    "domain_misspelt": message("what follows the @ looks misspelt"),
}


def slip_words(identifier: Identifier, flow: Flow, place: Place, voice: Voice) -> str | None:
    """A word about an identifier, said once; None when nothing looks wrong."""
    used = [entry.value.browser or "" for entry in place.trail if isinstance(entry.value, Environment)]
    in_client = any(browser.partition(" ")[0] in MAIL_CLIENTS for browser in used)
    found = slips(identifier.text, flow.domains, mail_client=in_client)
    if not found:
        return None
    return voice.say(
        "I have noted {identifier}. Please check it: {slips}. If it is right, just go on; if not, write “back”.",
        identifier=voice.quoted(identifier.text),
        slips=", ".join(voice.say(_SLIPS[slip]) for slip in found),
    )
