"""Ready-made answers: what the desk says often."""

from dataclasses import dataclass

from bot.model.flow import Phrase


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """What staff send with one press: the button says `label`, the person reads `text`, which may ask them for more."""

    id: str
    label: Phrase
    text: Phrase
    asks: bool = False
