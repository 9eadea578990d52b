"""Problems as they are found, but for the mere consequences of those that were found on reading."""

from dataclasses import dataclass, field

from bot.flowfile.gap import Gap
from bot.flowfile.library import Origin
from bot.flowfile.tree import Path, Scalar
from bot.model.diagnostic import Diagnostic, Severity, Slug, Span

_ABSENCES: frozenset[Slug] = frozenset(
    (
        "dead-end",
        "nothing-on-offer",
        "no-otherwise",
        "branch-never-taken",
        "duplicate-label",
        "wrong-answer",
        "name-taken",
        "two-kinds",
        "advice-without-title",
        "template-incomplete",
        "setting-may-be-empty",
        "not-answered",
        "nothing-to-recognise",
    )
)
"""The problems of a node that may come of what is missing of it."""


@dataclass
class Findings:
    """Collects problems. The same problem in a library is said once, however many flows use it.

    `gaps` are what could not be read of the files. What may only follow from them is not collected.
    """

    gaps: tuple[Gap, ...] = ()
    found: dict[tuple[str, Span, Slug, str], Diagnostic] = field(default_factory=dict)

    def error(self, origin: Origin, path: Path, slug: Slug, message: str, *, at_key: bool = False) -> None:
        """Notes an error at a path below an origin: at the value there, or at its key."""
        self._add(origin, path, slug, message, "error", at_key=at_key)

    def warning(self, origin: Origin, path: Path, slug: Slug, message: str, *, at_key: bool = False) -> None:
        """Notes a warning, likewise."""
        self._add(origin, path, slug, message, "warning", at_key=at_key)

    def error_at_words(self, origin: Origin, path: Path, words: str, slug: Slug, message: str) -> None:
        """Notes an error at certain words of the value at a path."""
        if not self._follows(origin, slug, words.strip("{}")):
            span = origin.source.at_words((*origin.path, *path), words)
            self.add(Diagnostic(origin.source.file, span, slug, message))

    def add(self, diagnostic: Diagnostic) -> None:
        """Notes a ready-made problem."""
        key = (diagnostic.file, diagnostic.span, diagnostic.slug, diagnostic.message)
        self.found.setdefault(key, diagnostic)

    def lost(self, name: str) -> bool:
        """Whether something of this name may be in what could not be read."""
        return any(name in gap.defined for gap in self.gaps)

    def _follows(self, origin: Origin, slug: Slug, name: str) -> bool:
        """Whether a problem may only follow from what could not be read of its node, or of what it names."""
        if slug in _ABSENCES:
            return any(gap.lies_in(origin.source.file, origin.path) for gap in self.gaps)
        return slug.startswith("unknown-") and self.lost(name.rpartition(".")[2])

    def _add(self, origin: Origin, path: Path, slug: Slug, message: str, severity: Severity, *, at_key: bool) -> None:
        source, whole = origin.source, (*origin.path, *path)
        part = source.part(whole)
        if not self._follows(origin, slug, part.value if isinstance(part, Scalar) else ""):
            span = source.at_key(whole) if at_key else source.at(whole)
            self.add(Diagnostic(source.file, span, slug, message, severity))
