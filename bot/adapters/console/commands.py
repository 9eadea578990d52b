"""What can be typed in a terminal beside answers."""

import os
from pathlib import Path

from bot.adapters.console.pictures import KeptPictures
from bot.service.incoming import Content, Pictured, Said
from bot.service.surrogates import well_formed

PHOTO = "/photo "
QUIT = "/quit"


def typed(line: str, pictures: KeptPictures) -> Content | None:
    """The turn a typed line stands for; None when it asks to leave.

    Raises:
        BadPicture: `/photo PATH` does not lead to a picture.
    """
    if line.strip() == QUIT:
        return None
    if line.startswith(PHOTO):
        # An unknown ~name is left as it is, where Path.expanduser raises.
        path = os.path.expanduser(line.removeprefix(PHOTO).strip())  # noqa: PTH111
        return Pictured(pictures.keep(Path(path)))
    return Said(well_formed(line))
