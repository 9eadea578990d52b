"""Problems as they are found."""

from dataclasses import dataclass, field

from bot.flowfile.library import Origin
from bot.flowfile.tree import Path
from bot.model.diagnostic import Diagnostic, Severity, Slug, Span


@dataclass
class Findings:
    """Collects problems. The same problem in a library is said once, however many flows use it."""

    found: dict[tuple[str, Span, Slug, str], Diagnostic] = field(default_factory=dict)

    def error(self, origin: Origin, path: Path, slug: Slug, message: str, *, at_key: bool = False) -> None:
        """Notes an error at a path below an origin: at the value there, or at its key."""
        self._add(origin, path, slug, message, "error", at_key=at_key)

    def warning(self, origin: Origin, path: Path, slug: Slug, message: str, *, at_key: bool = False) -> None:
        """Notes a warning, likewise."""
        self._add(origin, path, slug, message, "warning", at_key=at_key)

    def error_at_words(self, origin: Origin, path: Path, words: str, slug: Slug, message: str) -> None:
        """Notes an error at certain words of the value at a path."""
        span = origin.source.at_words((*origin.path, *path), words)
        self.add(Diagnostic(origin.source.file, span, slug, message))

    def add(self, diagnostic: Diagnostic) -> None:
        """Notes a ready-made problem."""
        key = (diagnostic.file, diagnostic.span, diagnostic.slug, diagnostic.message)
        self.found.setdefault(key, diagnostic)

    def _add(self, origin: Origin, path: Path, slug: Slug, message: str, severity: Severity, *, at_key: bool) -> None:
        source, whole = origin.source, (*origin.path, *path)
        span = source.at_key(whole) if at_key else source.at(whole)
        self.add(Diagnostic(source.file, span, slug, message, severity))
