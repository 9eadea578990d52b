"""Catalogues: reading them, and bringing them up to date."""

import shutil
from pathlib import Path

import pytest

from bot.adapters.catalog.gettext import GettextCatalog, po_files, po_paths
from bot.adapters.catalog.update import update_catalogues
from bot.adapters.files import TextFiles
from bot.flowfile.library import Loaded, load
from bot.model.flow import Phrase
from tests.desk import ROOT, catalog, catalogues, shipped

FLOW = """
format: 1
flow: demo
title: Démonstration
start: a
nodes:
  a:
    text: Bonjour tout le monde.
    choices:
      - {id: go, label: Allons, goto: b}
  b: {end: solved, text: Voilà qui est fait.}
"""


def flows(yaml: str = FLOW) -> Loaded:
    """The flows of a YAML text."""
    return load({"demo.yaml": yaml})


HEADER = b"""# us
msgid ""
msgstr ""
"Language: en\\n"
"%b\\n"
"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A folder with one language to be translated into."""
    (tmp_path / "en" / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path


def flows_po(locales: Path) -> Path:
    """The catalogue of the flows."""
    return locales / "en" / "LC_MESSAGES" / "flows.po"


def translate(locales: Path, source: str, words: str) -> None:
    """Translates one entry, as an author would."""
    path = flows_po(locales)
    before = path.read_text(encoding="utf-8")
    after = before.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{words}"')
    assert after != before
    path.write_text(after, encoding="utf-8")


def test_new_catalogues_are_made(locales: Path) -> None:
    """With every phrase of the flows, to be translated."""
    assert update_catalogues(locales, flows(), "fr", write=False) == [flows_po(locales)]
    assert not flows_po(locales).exists()
    assert update_catalogues(locales, flows(), "fr", write=True) == [flows_po(locales)]
    written = flows_po(locales).read_text(encoding="utf-8")
    assert written.startswith("# Guichet: the words of the flows, to English\n")
    assert '#: demo.yaml\nmsgctxt "demo.a.label.go"\nmsgid "Allons"\nmsgstr ""\n' in written
    assert "Date" not in written
    assert update_catalogues(locales, flows(), "fr", write=True) == []


def test_the_bots_own_words_are_found(tmp_path: Path) -> None:
    """In a language that is not their own."""
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    update_catalogues(tmp_path, flows(), "fr", write=True)
    written = (tmp_path / "de" / "LC_MESSAGES" / "bot.po").read_text(encoding="utf-8")
    assert 'msgid "Your last answer is undone."' in written
    assert 'msgid_plural "I keep your {count} pictures."' in written


def test_translations_are_kept(locales: Path) -> None:
    """A phrase that only moved keeps its translation; one that changed is marked; one that is gone is kept aside."""
    update_catalogues(locales, flows(), "fr", write=True)
    for source, words in (
        ("Bonjour tout le monde.", "Hello all."),
        ("Allons", "Let's go"),
        ("Voilà qui est fait.", "Done."),
    ):
        translate(locales, source, words)
    moved = FLOW.replace("  b:", "  c:").replace("goto: b", "goto: c").replace("Bonjour tout", "Bonjour à tout")
    update_catalogues(locales, flows(moved), "fr", write=True)
    written = flows_po(locales).read_text(encoding="utf-8")
    assert 'msgctxt "demo.c.text"\nmsgid "Voilà qui est fait."\nmsgstr "Done."' in written
    assert '#, fuzzy\n#| msgid "Bonjour tout le monde."' in written
    gone = moved.replace("Allons", "Tout autre chose ici")
    update_catalogues(locales, flows(gone), "fr", write=True)
    assert '#~ msgid "Allons"\n' in flows_po(locales).read_text(encoding="utf-8")


@pytest.mark.parametrize("begun_anew", [False, True])
def test_what_comes_back_is_translated_again(locales: Path, begun_anew: bool) -> None:
    """By the translation that was kept aside, once; a guess that nobody looked at is not kept."""
    update_catalogues(locales, flows(), "fr", write=True)
    translate(locales, "Allons", "Let's go")
    translate(locales, "Bonjour tout le monde.", "Hello all.")
    other = FLOW.replace("Bonjour tout", "Bonjour à tout").replace("label: Allons", "label: Plus tard")
    update_catalogues(locales, flows(other), "fr", write=True)
    assert '#~ msgid "Allons"\n#~ msgstr "Let\'s go"\n' in flows_po(locales).read_text(encoding="utf-8")
    update_catalogues(locales, flows(other.replace("Bonjour à tout le monde.", "Salut.")), "fr", write=True)
    if begun_anew:
        with flows_po(locales).open("a", encoding="utf-8") as file:
            file.write('\nmsgctxt "demo.a.label.go"\nmsgid "Allons"\nmsgstr ""\n')
    update_catalogues(locales, flows(FLOW.replace("Bonjour tout", "Bonjour à tout")), "fr", write=True)
    written = flows_po(locales).read_text(encoding="utf-8")
    assert 'msgctxt "demo.a.label.go"\nmsgid "Allons"\nmsgstr "Let\'s go"\n' in written
    assert 'msgid "Bonjour à tout le monde."\nmsgstr ""\n' in written
    assert '#~ msgid "Allons"' not in written
    assert update_catalogues(locales, flows(FLOW.replace("Bonjour tout", "Bonjour à tout")), "fr", write=True) == []


def test_missing_translations_give_the_source(locales: Path) -> None:
    """So does a fuzzy one, and a language that nobody knows."""
    update_catalogues(locales, flows(), "fr", write=True)
    translate(locales, "Allons", "Let's go")
    known = GettextCatalog(catalogues(locales), "fr")
    assert known.languages == ("fr", "en")
    assert known.phrase(Phrase("demo.a.label.go", "Allons"), "en") == "Let's go"
    assert known.phrase(Phrase("demo.a.label.go", "Allons"), "fr") == "Allons"
    assert known.phrase(Phrase("demo.other", "Allons"), "en") == "Allons"
    assert known.phrase(Phrase("demo.b.text", "Voilà qui est fait."), "en") == "Voilà qui est fait."
    assert known.phrase(Phrase("demo.a.label.go", "Allons"), "de") == "Allons"
    assert known.bot("Back", "fr") == "Back"
    assert known.plural("one", "many", 2, "en") == "many"


def test_a_desk_may_write_in_another_language() -> None:
    """The desk's own language comes first; the others are those with a catalogue."""
    assert catalog().languages == ("fr", "en")
    assert GettextCatalog(catalogues(ROOT / "locales"), "oc").languages == ("oc", "en", "fr")


@pytest.mark.parametrize(
    ("content", "slug", "line"),
    [
        (b'msgid "a"\nmsgstr "b\n', "catalogue-syntax", 2),
        (b'msgid a\nmsgstr "b"\n', "catalogue-syntax", 1),
        (b'# x\n\nmsgid "say "hi""\nmsgstr ""\n', "catalogue-syntax", 3),
        (b"nothing like it\n", "catalogue-syntax", 1),
        (HEADER % b"Plural-Forms: nplurals=x; plural=n != 1;", "catalogue-syntax", 2),
        (HEADER % b"Plural-Forms: nplurals=2; plural=n !!= 1;", "catalogue-syntax", 5),
        (HEADER % b"Plural-Forms: nplurals=2; plural=n;", "catalogue-syntax", 5),
        (HEADER % b"Plural-Forms: nplurals=2; plural=1/n;", "catalogue-syntax", 5),
        (HEADER % b"Plural-Forms: nplurals=0; plural=0;", "catalogue-syntax", 5),
        (HEADER % b"PO-Revision-Date: yesterday", "catalogue-syntax", 2),
        (HEADER % b"Content-Type: text/plain; charset=latin-1", "catalogue-syntax", 5),
        (HEADER % b"Content-Type: text/plain; charset=no-such", "catalogue-syntax", 5),
    ],
)
def test_a_broken_catalogue_is_told(content: bytes, slug: str, line: int, locales: Path) -> None:
    """Which file, which line, what; the others are read."""
    flows_po(locales).write_bytes(content)
    flows_po(locales).with_name("bot.po").write_bytes(b'msgid "a \\"b\\""\nmsgstr ""\n"c"\n')
    flows_po(locales).with_name("other.po").write_bytes(b"not ours")
    read, [problem] = po_files(TextFiles().read(po_paths(locales)).texts)
    assert (problem.file, problem.slug, problem.span.line) == (str(flows_po(locales)), slug, line)
    assert [po.domain for po in read] == ["bot"]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            b"Plural-Forms: nplurals=2; plural=n;",
            "these plural forms give no number below nplurals; for English they are nplurals=2; plural=(n != 1);",
        ),
        (
            b"Content-Type: text/plain; charset=latin-1",
            "catalogues are UTF-8, and this says latin-1; write charset=utf-8",
        ),
        (
            b"Plural-Forms: nplurals=x; plural=n;",
            "this header cannot be read: invalid literal for int() with base 10: 'x'; correct it, or take the line out",
        ),
    ],
)
def test_a_broken_header_is_told(field: bytes, message: str, locales: Path) -> None:
    """What is wrong, and what is right."""
    flows_po(locales).write_bytes(HEADER % field)
    _, [problem] = po_files(TextFiles().read(po_paths(locales)).texts)
    assert problem.message == message


def test_shipped_catalogues_are_up_to_date(tmp_path: Path) -> None:
    """With the shipped flows and the bot's own words."""
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    assert update_catalogues(tmp_path / "locales", shipped(), "fr", write=True) == []
