"""Settings of the desk."""

import pytest

from bot.flowfile.library import load
from bot.flowfile.settings import Raw, setting_value, settings_template
from bot.model.flow import Phrase, Setting, SettingType, SettingValue


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("text", " Guichet ", "Guichet"),
        ("text", "", ""),
        ("text", ["a"], None),
        ("url", "https://support.example.org:8443/x?y=z", "https://support.example.org:8443/x?y=z"),
        ("url", "support.example.org", None),
        ("url", "https://localhost", None),
        ("email", "support@example.org", "support@example.org"),
        ("email", "support", None),
        ("email", ["a@example.org"], None),
        ("phone", "+33 4 00 00 00 00", "+33 4 00 00 00 00"),
        ("phone", "demandez", None),
        ("flag", "true", True),
        ("flag", False, False),
        ("flag", "", False),
        ("flag", "oui", None),
        ("domains", ["example.org", "a.example.org"], ("example.org", "a.example.org")),
        ("domains", "example.org", ("example.org",)),
        ("domains", [], ()),
        ("domains", "", ()),
        ("domains", ["https://example.org"], None),
        ("domains", ["Example.org"], None),
        ("domains", True, None),
    ],
)
def test_values(type_: SettingType, raw: Raw, value: SettingValue | None) -> None:
    """Each type takes what fits it; empty always fits."""
    assert setting_value(type_, raw) == value


def test_words_for_an_empty_setting() -> None:
    """They are a phrase of the file that declares the setting, and stay when the desk empties it."""
    declared = "name: {type: text, about: x, default: Guichet, unknown: l'assistant}, plain: {type: text, about: x}"
    library = f"format: 1\nlibrary: x\nsettings: {{{declared}}}\n"
    loaded = load({"x.yaml": library}, ("settings.yaml", 'format: 1\nsettings: {name: ""}\n'))
    assert loaded.diagnostics == []
    assert loaded.settings["name"].value == ""
    assert loaded.settings["name"].unknown == Phrase("x.settings.name.unknown", "l'assistant")
    assert loaded.settings["plain"].unknown is None


def test_a_flag_is_never_unknown() -> None:
    """It stands in no text, so words for it would never be said."""
    library = "format: 1\nlibrary: x\nsettings: {official: {type: flag, about: x, unknown: peut-être}}\n"
    [problem] = load({"x.yaml": library}).diagnostics
    message = 'a flag is true or false, and stands in no text; take "unknown" out; found "peut-être"'
    assert (problem.slug, problem.message) == ("wrong-value", message)


def test_template_can_be_filled_and_loaded() -> None:
    """What `bot settings` prints is a settings file."""
    settings = [
        Setting("name", "x.settings.name", "text", "Le nom.", 'Le "guichet"'),
        Setting("domains", "x.settings.domains", "domains", "Nos domaines.", ("example.org",)),
        Setting("official", "x.settings.official", "flag", "Officiel ?", value=False),
    ]
    written = settings_template(settings)
    assert written == (
        'format: 1\nsettings:\n  # Le nom. (text)\n  name: "Le \\"guichet\\""\n'
        '  # Nos domaines. (domains)\n  domains: ["example.org"]\n  # Officiel ? (flag)\n  official: false\n'
    )
    declared = "".join(f"  {each.name}: {{type: {each.type}, about: x}}\n" for each in settings)
    library = f"format: 1\nlibrary: x\nsettings:\n{declared}"
    loaded = load({"x.yaml": library}, ("settings.yaml", written))
    assert loaded.diagnostics == []
    assert {name: each.value for name, each in loaded.settings.items()} == {each.name: each.value for each in settings}
