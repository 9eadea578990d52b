"""Halves of characters: JSON and terminals can bring them alone, and no file, database or channel can take them."""


def well_formed(text: str) -> str:
    """The text with every lone surrogate as U+FFFD; halves that belong together become their character."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
