"""Where the key comes from that what people say is encrypted with."""

import os
from pathlib import Path

import click

from bot.adapters.store.cipher import BadKey, Cipher, new_key
from bot.bootstrap.desk import CannotStart
from bot.settings import Settings

_NEEDED = (
    "what people write is kept encrypted, and the bot has no key. Make one with: python -m bot key new --file FILE, "
    "keep a copy in a safe place, and set BOT_DATA_KEY_FILE to it (or BOT_DATA_KEY to the key itself)"
)


def cipher_of(settings: Settings) -> Cipher:
    """The cipher of the operator's keys.

    Raises:
        CannotStart: there is none, or it is no key.
    """
    given, path = settings.data_key, settings.data_key_file
    if given is not None and path is not None:
        raise CannotStart("BOT_DATA_KEY and BOT_DATA_KEY_FILE are both set; one is enough")
    if given is not None:
        return _cipher("BOT_DATA_KEY", given.get_secret_value())
    if path is None:
        raise CannotStart(_NEEDED)
    return _cipher_in("BOT_DATA_KEY_FILE", path)


def own_cipher(settings: Settings) -> Cipher:
    """The cipher for conversations in the terminal: the operator's, or one that is made for this user and kept.

    Raises:
        CannotStart: it cannot be kept or read.
    """
    if settings.data_key is not None or settings.data_key_file is not None:
        return cipher_of(settings)
    path = own_key_file()
    if not path.exists():
        make_key_file(path)
    return _cipher_in("the key of your own conversations", path)


def own_key_file() -> Path:
    """Where the key for conversations in the terminal is kept: with this user's settings, apart from the data."""
    return Path(click.get_app_dir("guichet")) / "chat.key"


def make_key_file(path: Path) -> None:
    """Writes a new key that only this user can read.

    Raises:
        CannotStart: there is such a file already, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{new_key()}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise CannotStart(f"{path} is there already, and may hold a key that is needed; choose another name") from None
    except OSError as error:
        raise CannotStart(f"{path}: the key cannot be written: {error.strerror}; or set BOT_DATA_KEY") from None


def _cipher_in(name: str, path: Path) -> Cipher:
    try:
        return _cipher(f"{name} ({path})", path.read_text(encoding="ascii"))
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CannotStart(f"{name} ({path}) cannot be read: {reason}") from None


def _cipher(name: str, written: str) -> Cipher:
    try:
        return Cipher.of(written.replace(",", " ").split())
    except BadKey as error:
        raise CannotStart(f"{name}: {error}") from None


def wrong_key(settings: Settings) -> str:
    """What to say when the database was written with another key."""
    if settings.data_key is not None or settings.data_key_file is not None:
        name = "BOT_DATA_KEY" if settings.data_key is not None else "BOT_DATA_KEY_FILE"
        return (
            f"{name}: this is not the key that the database was written with; nothing was changed. Use that key; "
            "without it, what is in the database cannot be read again. To begin anew, move the database away"
        )
    return (
        f"the key in {own_key_file()} is not the one that these conversations were written with; nothing was changed. "
        "Set BOT_DATA_KEY to that key, or begin anew in another data folder (--data)"
    )
