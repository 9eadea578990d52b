"""References for new tickets."""

import secrets

from bot.model.reference import ALPHABET, LENGTH, reference


class RandomReferences:
    """References that nobody can guess or count."""

    def new(self) -> str:
        """A new reference; two of 3.4 thousand million are rarely the same."""
        return reference("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
