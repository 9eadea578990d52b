"""Files that hold what people wrote: for this user alone, unless the operator shares their folder."""

import os
from pathlib import Path

_OWN, _GROUP = 0o600, 0o040


def write_private(path: Path, content: bytes) -> None:
    """Writes a file, whole or not at all, and makes its folder where there is none.

    The folder's group may read the file where it may read the folder.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, _OWN), "wb") as file:
        os.fchmod(file.fileno(), _OWN | path.parent.stat().st_mode & _GROUP)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
