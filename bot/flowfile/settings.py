"""The desk's settings: declared in flow files, filled in one file of the desk's own."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.flowfile.near import did_you_mean
from bot.flowfile.shapes.files import SettingsFileShape, SettingShape
from bot.flowfile.tree import Path, Source
from bot.model.diagnostic import Diagnostic
from bot.model.flow import Phrase, Setting, SettingType, SettingValue

Raw = str | list[str] | bool

_HOST = r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"


def setting_value(type_: SettingType, raw: Raw) -> SettingValue | None:
    """The value of a setting, or None when it does not fit its type. Empty always fits: unknown."""
    if raw in ("", []):
        return False if type_ == "flag" else () if type_ == "domains" else ""
    return _VALUES[type_](raw)


def _text(raw: Raw) -> SettingValue | None:
    return raw.strip() if isinstance(raw, str) else None


def _matching(pattern: str) -> Callable[[Raw], SettingValue | None]:
    compiled = re.compile(pattern)

    def value(raw: Raw) -> SettingValue | None:
        return raw if isinstance(raw, str) and compiled.fullmatch(raw) else None

    return value


def _flag(raw: Raw) -> SettingValue | None:
    return {"true": True, "false": False}.get(str(raw).lower())


def _domains(raw: Raw) -> SettingValue | None:
    domains = [raw] if isinstance(raw, str) else raw
    if not isinstance(domains, list) or not all(re.fullmatch(_HOST, domain) for domain in domains):
        return None
    return tuple(domains)


_VALUES: Mapping[SettingType, Callable[[Raw], SettingValue | None]] = {
    "text": _text,
    "url": _matching(rf"https?://{_HOST}(:\d+)?(/\S*)?"),
    "email": _matching(rf"[^@\s]+@{_HOST}"),
    "phone": _matching(r"\+?[0-9][0-9 ().-]{2,}"),
    "flag": _flag,
    "domains": _domains,
}

_ALLOWED: Mapping[SettingType, str] = {
    "text": "one text",
    "url": "an address such as https://support.example.org",
    "email": "an e-mail address such as support@example.org",
    "phone": "a phone number such as 04 00 00 00 00",
    "flag": "true or false",
    "domains": "one or more domains such as example.org, in small letters",
}


def declared(
    source: Source, owner: str, shapes: Mapping[str, SettingShape], diagnostics: list[Diagnostic]
) -> Mapping[str, Setting]:
    """The settings that a flow or library declares, with their defaults."""
    settings: dict[str, Setting] = {}
    for name, shape in shapes.items():
        value = setting_value(shape.type, shape.default)
        if value is None:
            diagnostics.append(_wrong(source, ("settings", name, "default"), name, shape.type))
            value = ""
        context = f"{owner}.settings.{name}"
        unknown = Phrase(f"{context}.unknown", shape.unknown) if shape.unknown is not None else None
        settings[name] = Setting(name, context, shape.type, shape.about, value, unknown)
    return settings


@dataclass(frozen=True, slots=True)
class Filled:
    """What the desk's file fills; `strays` tells what to say of settings that no flow declares, by their name."""

    settings: Mapping[str, Setting]
    strays: Mapping[str, Diagnostic]


def filled(
    source: Source, shape: SettingsFileShape, settings: Mapping[str, Setting], diagnostics: list[Diagnostic]
) -> Filled:
    """The settings that the desk's file fills, with its values."""
    result: dict[str, Setting] = {}
    strays: dict[str, Diagnostic] = {}
    for name, raw in shape.settings.items():
        path: Path = ("settings", name)
        if name not in settings:
            message = f'no flow declares a setting "{name}"; declared: {", ".join(sorted(settings))}'
            message += did_you_mean(name, settings)
            strays[name] = Diagnostic(source.file, source.at_key(path), "unknown-setting", message)
            continue
        setting = settings[name]
        value = setting_value(setting.type, raw)
        if value is None:
            diagnostics.append(_wrong(source, path, name, setting.type))
            continue
        result[name] = replace(setting, value=value)
    return Filled(result, strays)


def _wrong(source: Source, path: Path, name: str, type_: SettingType) -> Diagnostic:
    message = f'the setting "{name}" is of type {type_}: write {_ALLOWED[type_]}, or leave it empty when unknown'
    return Diagnostic(source.file, source.at(path), "wrong-setting", message)


def settings_template(settings: Iterable[Setting]) -> str:
    """A settings file to fill: every setting with what it is and its present value."""
    lines = ["format: 1", "settings:"]
    for setting in settings:
        lines += [f"  # {setting.about} ({setting.type})", f"  {setting.name}: {_written(setting.value)}"]
    return "\n".join(lines) + "\n"


def _written(value: SettingValue) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
