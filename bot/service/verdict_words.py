"""How a verdict on a web address reads, in the user's language."""

from collections.abc import Mapping

from bot.model.answer import WebAddress
from bot.model.verdict import Reason
from bot.service.voice import Voice, message
from bot.understanding.verdict import judged

_TOLD = 3
"""Reasons: the first are the gravest, and more would not be read."""

_REASONS: Mapping[Reason, str] = {
    "data_url": message("the page is in the address itself and not on a site"),
    "script_url": message("it is a program and not a page"),
    "other_scheme": message("it does not begin with https://"),
    "user_info": message("what stands before its “@” often hides the real site"),
    "disguised": message("it is written in a way that often deceives"),
    "look_alike": message("it looks like the real address without being it"),
    "other_tld": message("the name is right but its ending is not"),
    "ip_address": message("it gives a number instead of the site's name"),
    "punycode": message("its name has accents or letters of another alphabet"),
    "shortener": message("it is a shortened link that hides where it leads"),
    "odd_port": message("the number after the site's name (its port) is unusual"),
    "not_https": message("the connection is not protected (http instead of https)"),
    "not_ours": message("this site does not belong to {domains}"),
    "no_host": message("it names no site"),
}


def address_part(address: WebAddress, part: str, domains: tuple[str, ...], voice: Voice) -> str:
    """A part of an address that a placeholder names: the host, or the reasons."""
    if part == "host":
        return address.host or address.text
    known = voice.choice_of(domains)
    reasons = judged(address, domains).reasons[:_TOLD]
    return ", ".join(voice.say(_REASONS[reason], domains=known) for reason in reasons)
