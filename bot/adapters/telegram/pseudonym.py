"""Names for chats and words that can stand in clear: the same has the same name, and nobody can tell whose it is."""

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names that depend on a key, which stays secret."""

    key: bytes

    def of(self, chat: str) -> str:
        """Eight hexadecimal digits."""
        return self._digest(chat, 4)

    def of_words(self, words: str) -> str:
        """Sixteen, for what a message says: whether that is still the same, but not what it is, can be told."""
        return self._digest(words, 8)

    def _digest(self, words: str, size: int) -> str:
        return blake2b(words.encode(), digest_size=size, key=blake2b(self.key, digest_size=32).digest()).hexdigest()
