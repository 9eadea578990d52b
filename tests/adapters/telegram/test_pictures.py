"""Pictures that people sent, fetched from Telegram again."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.adapters.telegram.bot import Address
from bot.adapters.telegram.pictures import TelegramPictures
from bot.model.answer import Attachment
from bot.service.pictures import PictureUnavailable
from tests.botapi.world import File
from tests.telegram_bot import Stage

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


@pytest.fixture
async def api() -> AsyncIterator[Stage]:
    """A Bot API server."""
    async with Stage() as stage:
        yield stage


def kept(api: Stage, path: str = "kept") -> Attachment:
    """A picture that Telegram knows, at the end of this path."""
    api.world.files["kept"] = File(path, "x.png", "image/png", PNG)
    return Attachment("x.png", "image/png", len(PNG), "telegram:document:kept")


async def test_a_picture(api: Stage) -> None:
    """As it was sent; None where Telegram knows it no more."""
    picture = kept(api)
    async with TelegramPictures(Address(api.url, api.token)) as pictures:
        assert await pictures.read(picture) == PNG
        assert await pictures.read(replace(picture, file="telegram:document:gone")) is None


async def test_a_file_that_is_not_there(api: Stage) -> None:
    """Telegram names its place, but nothing is there; a wrong token would sound the same, and is not repeated."""
    picture = kept(api, "kept#what follows is never asked for")
    async with TelegramPictures(Address(api.url, api.token)) as pictures:
        with pytest.raises(PictureUnavailable, match="it knows no such file") as caught:
            await pictures.read(picture)
    assert api.token not in str(caught.value)
