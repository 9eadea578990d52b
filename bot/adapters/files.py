"""The desk's files, read as text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.diagnostic import Diagnostic, Span
from bot.model.error import BotError

_YAML = "*.y*ml"
MAX_BYTES = 4_000_000
"""Of any file of the desk: flows, settings, catalogues. No more is taken into memory."""


class MissingFile(BotError):
    """A file or folder that was named is not there, or cannot be read."""


@dataclass
class TextFiles:
    """Files by their names. `texts` are those that are UTF-8, `contents` all of them as far as they can be shown."""

    texts: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def read(self, paths: Iterable[Path]) -> "TextFiles":
        """Reads these files as well.

        Raises:
            MissingFile: one of them cannot be read.
        """
        for path in paths:
            try:
                if path.exists() and not path.is_file():
                    raise MissingFile(f"{path} is not a file")
                with path.open("rb") as file:
                    self._keep(str(path), file.read(MAX_BYTES + 1))
            except OSError as error:
                raise MissingFile(f"{path} cannot be read: {error.strerror}") from None
        return self

    def _keep(self, name: str, raw: bytes) -> None:
        if len(raw) > MAX_BYTES:
            message = f"the file has more than {MAX_BYTES:,} bytes, which is more than is read"
            self.problems.append(Diagnostic(name, Span(1, 1), "file-too-large", message))
            self.contents[name] = ""
            return
        try:
            self.texts[name] = self.contents[name] = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
            message = f"this is not UTF-8 text ({error.reason}); save the file as UTF-8"
            self.problems.append(Diagnostic(name, Span(line, column), "not-utf-8", message))
            self.contents[name] = raw.decode("utf-8", errors="replace")


def from_here(path: Path) -> Path:
    """The path as one would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def flow_files(chosen: Iterable[Path]) -> list[Path]:
    """The flow files of these folders, and these files with the libraries beside them.

    Raises:
        MissingFile: one of them is not there.
    """
    files: dict[Path, None] = {}
    for path in chosen:
        if path.is_dir():
            files |= dict.fromkeys(sorted(path.glob(_YAML)))
        elif path.is_file():
            files[path] = None
            files |= dict.fromkeys(beside for beside in sorted(path.parent.glob(_YAML)) if _is_library(beside))
        else:
            raise MissingFile(f"there is no file or folder {path}")
    return list(files)


def _is_library(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return any(line.startswith("library:") for line in file.read(MAX_BYTES).splitlines())
