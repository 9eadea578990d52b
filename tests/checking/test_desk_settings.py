"""The desk's settings file, checked with the flows it fills."""

from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.checking.translations import Translation, Translations
from bot.flowfile.library import load
from tests.checking.told import HEAD, told_of

FLOW = (
    HEAD
    + """settings:
  desk: {type: text, about: Le nom., default: le guichet}
nodes: {question: {end: solved, text: "Bravo de {desk} !"}}
"""
)
PHRASES = {
    "demo.title": "Démonstration",
    "demo.interrupts.human.label": "Une personne",
    "demo.interrupts.human.text": "Appelez le support.",
    "demo.question.text": "Bravo de {desk} !",
    "demo.settings.desk": "le guichet",
}


def translated(settings: str, *own: Translation, flow: str = FLOW) -> list[str]:
    """What is said of a complete catalogue and these entries of the desk's own."""
    entries = tuple(
        Translation(context, source, None, (f"{source}!",), fuzzy=False, line=line, words_line=line)
        for line, (context, source) in enumerate(PHRASES.items(), 1)
    )
    catalogue = Translations("flows.po", "en", "flows", (*entries, *own))
    loaded = load({"demo.yaml": flow}, ("settings.yaml", settings))
    found = check(loaded, [catalogue], CHANNEL_LIMITS)
    return [f"{each.file}:{each.span.line} {each.severity}[{each.slug}]: {each.message}" for each in found]


def test_settings_of_other_flows() -> None:
    """Whether a setting is known shows only where all flows are."""
    settings = "format: 1\nsettings: {dezk: Le service}\n"
    message = 'no flow declares a setting "dezk"; declared: desk; did you mean "desk"?'
    assert told_of({"demo.yaml": FLOW}, settings) == []
    assert told_of({"demo.yaml": FLOW}, settings, whole=True) == [f"2:12 error[unknown-setting]: {message}"]


def test_a_text_of_the_desks_own_needs_no_translation() -> None:
    """Neither is it missed, nor is the translation of the text it replaces stale."""
    assert translated("format: 1\nsettings: {desk: le service}\n") == []


def test_a_text_of_the_desks_own_that_is_translated() -> None:
    """Then the translation is checked like any other."""
    settings = "format: 1\nsettings: {desk: le service}\n"
    given = Translation("demo.settings.desk", "le service", None, ("the {service}",), fuzzy=False, line=9, words_line=9)
    stray = Translation("demo.settings.desk", "la loge", None, ("the lodge",), fuzzy=False, line=11, words_line=11)
    assert translated(settings, given, stray) == [
        "flows.po:9 error[placeholders-differ]: placeholders differ: the source has none, this has {service}",
        'flows.po:11 warning[stale-translation]: "la loge" is in no flow any more; run: python -m bot messages update',
    ]


def test_an_empty_setting() -> None:
    """It may stand in any text where the flow has words for it."""
    settings = 'format: 1\nsettings: {desk: ""}\n'
    message = 'the setting "desk" may be empty; put this in a paragraph with "when: {setting: desk}", '
    message += 'or give the setting words to say instead: "unknown: …"'
    assert told_of({"demo.yaml": FLOW}, settings) == [f"8:49 error[setting-may-be-empty]: {message}"]
    assert told_of({"demo.yaml": with_unknown("votre support")}, settings) == []


def test_words_for_an_empty_setting_are_translated() -> None:
    """Also while the setting is filled."""
    assert translated("format: 1\nsettings: {desk: le service}\n", flow=with_unknown("votre support")) == [
        "demo.yaml:7 warning[missing-translation]: not in the en catalogue yet; run: python -m bot messages update"
    ]


def test_a_placeholder_in_words_for_an_empty_setting() -> None:
    """It is said where it stands."""
    message = "{support} is not replaced here; placeholders are for texts"
    assert told_of({"demo.yaml": with_unknown("votre {support}")}) == [f"7:75 error[placeholder-in-label]: {message}"]


def with_unknown(words: str) -> str:
    """The flow, with these words for its empty setting."""
    return FLOW.replace("guichet}", f'guichet, unknown: "{words}"}}')


def test_a_placeholder_in_the_settings_file() -> None:
    """It is said where it stands."""
    settings = 'format: 1\nsettings: {desk: "le {service}"}\n'
    message = "{service} is not replaced here; placeholders are for texts"
    assert translated(settings) == [f"settings.yaml:2 error[placeholder-in-label]: {message}"]
