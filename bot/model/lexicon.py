"""The words by which the causes of a flow are recognised."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.signature import Signature, Wording


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What error messages of a flow say, and what people say of it.

    `signatures` are by their ids; sentences with an `ignored` wording say nothing. `examples` are pairs of a cause and
    how somebody tells it.
    """

    signatures: Mapping[str, Signature] = field(default_factory=dict)
    ignored: tuple[Wording, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
