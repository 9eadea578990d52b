"""Text made comparable: for matching only, never for what is kept."""

import re
import unicodedata

_APART = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, without accents, with plain apostrophes and single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def normal(text: str) -> str:
    """Folded, and without quotes and punctuation; a lone question mark stays."""
    return _APART.sub(" ", fold(text)).strip() or text.strip()
