"""Words that mean a command everywhere, and hence nothing else."""

import pytest

from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.checking.translations import Translation, Translations
from bot.flowfile.library import load
from tests.checking.told import HEAD, told

NODES = "nodes: {question: {text: A, choices: [{id: a, label: LABEL, examples: [WORDS], goto: solved}]}, SOLVED}\n"
SOLVED = "solved: {end: solved, text: B}"


def said_of(label: str, words: str = "rien") -> list[str]:
    """What is said of a choice with this label, or this example of it."""
    return told(NODES.replace("LABEL", label).replace("WORDS", words).replace("SOLVED", SOLVED))


@pytest.mark.parametrize(
    ("label", "words", "column", "typed", "command"),
    [
        ("Annuler", "rien", 54, "Annuler", "cancel"),
        ("« Où en suis-je ? »", "rien", 54, "« Où en suis-je ? »", "status"),
        ("En anglais", "rien", 54, "En anglais", "language"),
        ("Assez", "QUIT", 72, "QUIT", "cancel"),
    ],
)
def test_words_of_commands(label: str, words: str, column: int, typed: str, command: str) -> None:
    """However they are written, in every language the bot speaks."""
    message = f'"{typed}" means the command "{command}" when it is typed, and not this; choose other words'
    assert said_of(label, words) == [f"6:{column} warning[command-word]: {message}"]


def test_words_that_only_contain_a_command() -> None:
    """They are no command."""
    assert said_of("Annuler ma demande", "stop ou encore") == []


@pytest.mark.parametrize("name", ["cancel", "language"])
def test_interrupts_named_like_a_command(name: str) -> None:
    """Asked for by its name, the command would answer."""
    message = f'"{name}" is a command of the bot; give the interrupt another name'
    yaml = HEAD.replace("interrupts: {", f"interrupts: {{{name}: {{label: A, text: B}}, ")
    yaml += "nodes: {question: {end: solved, text: B}}\n"
    found = check(load({"demo.yaml": yaml}), [], CHANNEL_LIMITS, whole=False)
    assert [f"{each.severity}[{each.slug}]: {each.message}" for each in found] == [f"error[reserved-name]: {message}"]


def test_the_flows_own_help() -> None:
    """The interrupt "help" is what the command says; its words are the command's."""
    yaml = HEAD.replace("interrupts: {", "interrupts: {help: {label: Aide, words: [help], text: Dites.}, ")
    assert check(load({"demo.yaml": yaml + "nodes: {question: {end: solved, text: B}}\n"}), [], CHANNEL_LIMITS) == []


def test_translations() -> None:
    """A word that is no command may be translated to one."""
    yaml = NODES.replace("LABEL", "Rebrousser chemin").replace("WORDS", "rien").replace("SOLVED", SOLVED)
    entry = Translation(
        "demo.question.label.a", "Rebrousser chemin", None, ("Go back",), fuzzy=False, line=1, words_line=2
    )
    catalogue = Translations("flows.po", "en", "flows", (entry,))
    found = check(load({"demo.yaml": HEAD + yaml}), [catalogue], CHANNEL_LIMITS, whole=False)
    message = '"Go back" means the command "back" when it is typed, and not this; choose other words'
    assert [(each.span.line, each.message) for each in found if each.slug == "command-word"] == [(2, message)]
