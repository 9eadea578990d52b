"""What people say is never written to the disk in clear: every record is encrypted with the operator's key.

Before that it is compressed where that makes it shorter: a stored conversation takes a third of the room.
"""

import zlib
from collections.abc import Sequence
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.model.error import BotError

_PACKED = b"\xff"
"""How a compressed record begins, once it is decrypted; no text in UTF-8 does."""
_WINDOW, _MEMORY = 13, 6
"""What it takes to compress a few kilobytes (zlib's `wbits` and `memLevel`): to make ready all that is usual, for texts
of any length, takes longer than the compression."""


class BadKey(BotError):
    """A key that is none; the key itself is not repeated."""


class WrongKey(BotError):
    """Something was encrypted with another key, or was damaged."""


def new_key() -> str:
    """A new key, as it is written in a setting or a file."""
    return Fernet.generate_key().decode()


class Cipher:
    """Encrypts with the first of its keys, decrypts with any of them (Fernet: AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, keys: Sequence[Fernet]) -> None:
        self._newest, self._any = keys[0], MultiFernet(keys)

    @classmethod
    def of(cls, keys: Sequence[str]) -> Self:
        """The cipher of these keys, the newest first.

        Raises:
            BadKey: one of them is no key, or there is none.
        """
        if not keys:
            raise BadKey("there is no key")
        made = []
        for number, key in enumerate(keys, 1):
            try:
                made.append(Fernet(key))
            except ValueError:
                which = f"key {number} of {len(keys)}" if len(keys) > 1 else "this"
                raise BadKey(f"{which} is not a key; make one with: python -m bot key new") from None
        return cls(made)

    def seal(self, text: str, *, pack: bool = True) -> str:
        """The text, encrypted; before, it is compressed where that makes it shorter, unless it shall not be."""
        plain = text.encode()
        if pack:
            plain = min(plain, _PACKED + _compressed(plain), key=len)
        return self._newest.encrypt(plain).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed.

        Raises:
            WrongKey: none of the keys fits.
        """
        try:
            plain = self._any.decrypt(sealed.encode())
        except InvalidToken:
            raise WrongKey("a stored record fits none of the keys, or is damaged") from None
        return (zlib.decompress(plain[1:]) if plain.startswith(_PACKED) else plain).decode()


def _compressed(plain: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, _WINDOW, _MEMORY)
    return packer.compress(plain) + packer.flush()
