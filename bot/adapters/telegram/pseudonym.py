"""Names for chats that can stand in a log: the same chat has the same name, and nobody can tell whose it is."""

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names that depend on a key, which stays secret."""

    key: bytes

    def of(self, chat: str) -> str:
        """Eight hexadecimal digits."""
        return blake2b(chat.encode(), digest_size=4, key=blake2b(self.key, digest_size=32).digest()).hexdigest()
