"""What a user says of the equipment: device, system, browser or mail application."""

import re
from collections.abc import Mapping

from bot.model.answer import Environment
from bot.understanding.normal import normal

_VERSION = r"(?: (?:version )?(\d{1,4}))?"

_BROWSERS: Mapping[str, str] = {
    "firefox": "Firefox",
    "chrome": "Chrome",
    "chromium": "Chromium",
    "edge": "Edge",
    "safari": "Safari",
    "opera": "Opera",
    "brave": "Brave",
    "vivaldi": "Vivaldi",
    "samsung internet": "Samsung Internet",
    "thunderbird": "Thunderbird",
    "outlook": "Outlook",
    "gmail": "Gmail",
    "apple mail": "Mail",
}
MAIL_CLIENTS = frozenset(("Thunderbird", "Outlook", "Gmail", "Mail"))
"""Those of the browsers that are mail applications."""

_SYSTEMS: Mapping[str, str] = {
    "windows": "Windows",
    "win": "Windows",
    "macos": "macOS",
    "mac os": "macOS",
    "macbook": "macOS",
    "imac": "macOS",
    "mac": "macOS",
    "ipados": "iPadOS",
    "ipad": "iPadOS",
    "ios": "iOS",
    "iphone": "iOS",
    "android": "Android",
    "chromebook": "ChromeOS",
    "chromeos": "ChromeOS",
    "ubuntu": "Linux",
    "debian": "Linux",
    "linux": "Linux",
}
_DEVICES: Mapping[str, str] = {
    "ipad": "tablet",
    "tablette": "tablet",
    "tablet": "tablet",
    "iphone": "phone",
    "telephone": "phone",
    "smartphone": "phone",
    "phone": "phone",
    "mobile": "phone",
    "android": "phone",
    "ordinateur": "computer",
    "computer": "computer",
    "laptop": "computer",
    "desktop": "computer",
    "pc": "computer",
    "macbook": "computer",
    "imac": "computer",
    "mac": "computer",
    "chromebook": "computer",
    "windows": "computer",
    "ubuntu": "computer",
    "linux": "computer",
}
_VERSIONED = frozenset({"windows", "win", "android", "ios", "macos", "mac os"})


def environment(text: str) -> Environment:
    """What is recognised of the equipment; the words are kept as they are."""
    said = normal(text)
    return Environment(text, _device(said), _system(said), _browser(said))


def _device(said: str) -> str | None:
    return next((device for word, device in _DEVICES.items() if _find(word, said)), None)


def _system(said: str) -> str | None:
    for word, name in _SYSTEMS.items():
        if found := _find(word, said):
            return f"{name} {found[1]}" if found[1] and word in _VERSIONED else name
    return None


def _browser(said: str) -> str | None:
    for word, name in _BROWSERS.items():
        if found := _find(word, said):
            return f"{name} {found[1]}" if found[1] else name
    return None


def _find(word: str, said: str) -> re.Match[str] | None:
    return re.search(rf"\b{word}{_VERSION}\b", said)
