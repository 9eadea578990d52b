"""From a composed file to its shape."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from bot.flowfile.compose import compose
from bot.flowfile.gap import Gap
from bot.flowfile.mend import mend
from bot.flowfile.shapes.answers import AnswersShape
from bot.flowfile.shapes.examples import ExamplesShape
from bot.flowfile.shapes.files import FileShape, FlowShape, LibraryShape, SettingsFileShape
from bot.flowfile.shapes.signatures import SignaturesShape
from bot.flowfile.slip import Slip, slip_of
from bot.flowfile.tree import Source, plain
from bot.model.diagnostic import Diagnostic

AnyFile = FlowShape | LibraryShape | SettingsFileShape | SignaturesShape | ExamplesShape | AnswersShape


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a file: its shape, with the gaps that mistakes leave in it, and all these mistakes.

    `source` is the file that has this shape. Without a shape nothing could be read.
    """

    source: Source
    shape: AnyFile | None
    gaps: tuple[Gap, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file as it was read by itself: its text, its shape, and its problems; no `reading` where it is no document."""

    text: str
    reading: Reading | None
    problems: tuple[Diagnostic, ...]


MAX_MISTAKES = 500
"""So many of a file are told at once: what each hides and what was meant is looked for among all the others."""


def read_file(name: str, text: str) -> FileRead:
    """What can be read of a file of the flow folder, whatever the others are."""
    source, problems = compose(name, text)
    if source is None:
        return FileRead(text, None, tuple(problems))
    reading = read(source)
    return FileRead(text, reading, (*problems, *reading.diagnostics))


def read(source: Source) -> Reading:
    """The shape of a file. Mistakes are mended as far as can be, and what they kept from being read is read then."""
    gaps: list[Gap] = []
    found: dict[Diagnostic, None] = {}
    while True:
        try:
            shape = _ADAPTER.validate_python(plain(source.root))
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            if len(wrong) > MAX_MISTAKES:
                told = [slip_of(source, details).diagnostic for details in wrong[:MAX_MISTAKES]]
                return Reading(
                    source, None, tuple(gaps), (*dict.fromkeys((*found, *told)), _too_many(source, told[-1]))
                )
            slips = _primary([slip_of(source, details) for details in wrong])
        else:
            return Reading(source, shape, tuple(gaps), tuple(found))
        for slip in slips:
            if not any(gap.lies_in(source.file, slip.path) for gap in gaps):
                found[slip.diagnostic] = None
        mended = mend(source, slips)
        if mended is None or mended[0] == source:
            return Reading(source, None, tuple(gaps), tuple(found))
        source = mended[0]
        gaps += mended[1]


def _too_many(source: Source, last: Diagnostic) -> Diagnostic:
    message = f"there are more than {MAX_MISTAKES} mistakes in this file; mend those above, then look again"
    return Diagnostic(source.file, last.span, "too-many-mistakes", message)


def _primary(slips: list[Slip]) -> list[Slip]:
    """The slips without those that only show because a key is misspelt: the key that is meant, or all beside it."""
    misspelt = [slip for slip in slips if slip.at_key and slip.meant]
    meant = {(*slip.path[:-1], slip.meant) for slip in misspelt}
    unsure = [slip.path[:-1] for slip in misspelt if slip.hides_kind]

    def follows(slip: Slip) -> bool:
        beside = any(slip.path[: len(place)] == place for place in unsure)
        return slip not in misspelt and (beside or (slip.missing and slip.path in meant))

    return [slip for slip in slips if not follows(slip)]


_ADAPTER: TypeAdapter[AnyFile] = TypeAdapter(FileShape)
