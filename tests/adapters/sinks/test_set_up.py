"""What settings make of sinks, and what they say when something is missing."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.bootstrap.desk import CannotStart
from bot.bootstrap.http_sinks import glpi_sink, webhook_sink, zammad_sink
from bot.bootstrap.sinks import sink_secrets
from bot.settings import Settings

GLPI = {"BOT_GLPI_URL": "https://glpi.example.org/apirest.php", "BOT_GLPI_USER_TOKEN": "canary-of-glpi"}
ZAMMAD = {
    "BOT_ZAMMAD_URL": "https://zammad.example.org/",
    "BOT_ZAMMAD_TOKEN": "canary-of-zammad",
    "BOT_ZAMMAD_GROUP": "Messagerie",
    "BOT_ZAMMAD_CUSTOMER": "guichet@example.org",
}
HOOK = {"BOT_HOOK_URL": "https://hooks.example.org/x?y=1", "BOT_HOOK_SECRET": "whsec_" + b64encode(b"k" * 24).decode()}
MAKERS = {"glpi": glpi_sink, "zammad": zammad_sink, "webhook": webhook_sink}
WHOLE = {"glpi": GLPI, "zammad": ZAMMAD, "webhook": HOOK}


def made(name: str, monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Any:
    """The sink of this name, with these in the environment."""
    for variable, value in values.items():
        monkeypatch.setenv(variable, value)
    return MAKERS[name](Settings())


@pytest.mark.parametrize("name", MAKERS)
async def test_all_that_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an address and what belongs to it there is a sink; without, there is none."""
    assert made(name, monkeypatch, {}) is None
    sink = made(name, monkeypatch, WHOLE[name])
    assert sink.name == name
    await sink.close()


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("glpi", {"BOT_GLPI_USER_TOKEN": ""}, "BOT_GLPI_USER_TOKEN is needed with BOT_GLPI_URL: the API token in the"),
        ("glpi", {"BOT_GLPI_USER_TOKEN": "canary of glpi"}, "BOT_GLPI_USER_TOKEN does not look like a token"),
        ("glpi", {"BOT_GLPI_APP_TOKEN": "canary\ncanary"}, "BOT_GLPI_APP_TOKEN does not look like a token"),
        ("glpi", {"BOT_GLPI_URL": "https://glpi.example.org"}, "BOT_GLPI_URL is not the address of GLPI's REST API"),
        ("glpi", {"BOT_CA_FILE": "/nowhere.pem"}, "BOT_CA_FILE: /nowhere.pem cannot be read (No such file or dir"),
        ("zammad", {"BOT_ZAMMAD_TOKEN": " "}, "BOT_ZAMMAD_TOKEN is needed with BOT_ZAMMAD_URL"),
        ("zammad", {"BOT_ZAMMAD_GROUP": ""}, "BOT_ZAMMAD_GROUP is needed with BOT_ZAMMAD_URL"),
        ("zammad", {"BOT_ZAMMAD_CUSTOMER": "guichet"}, "BOT_ZAMMAD_CUSTOMER is needed with BOT_ZAMMAD_URL: the e-mail"),
        ("webhook", {"BOT_HOOK_SECRET": ""}, 'BOT_HOOK_SECRET is needed with BOT_HOOK_URL: "whsec_" and 24 to 64'),
        ("webhook", {"BOT_HOOK_SECRET": "whsec_canary!"}, "BOT_HOOK_SECRET is needed with BOT_HOOK_URL"),
        ("webhook", {"BOT_HOOK_SECRET": "whsec_Y2FuYXJ5"}, "BOT_HOOK_SECRET is needed with BOT_HOOK_URL"),
        ("webhook", {"BOT_HOOK_SECRET": "canary" * 10}, "BOT_HOOK_SECRET is needed with BOT_HOOK_URL"),
        (
            "webhook",
            {"BOT_HOOK_URL": "http://desk.example.org/"},
            "BOT_HOOK_URL begins with http: tickets would go to desk.example.org in clear",
        ),
        ("webhook", {"BOT_HOOK_URL": "http://localhost:8080/"}, "BOT_HOOK_URL leads to localhost, which is not public"),
        ("webhook", {"BOT_HOOK_URL": "https://10.0.0.7/"}, "BOT_HOOK_URL leads to 10.0.0.7, which is not public"),
    ],
)
def test_what_is_missing(name: str, changed: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said which setting, and what belongs there; what was given is not repeated."""
    with pytest.raises(CannotStart) as caught:
        made(name, monkeypatch, {**WHOLE[name], **changed})
    assert str(caught.value).startswith(said)
    assert "canary" not in str(caught.value)


def test_a_file_without_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said before anything is sent."""
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    with pytest.raises(CannotStart, match=r"ca\.pem cannot be read"):
        made("glpi", monkeypatch, {**GLPI, "BOT_CA_FILE": str(path)})


def test_what_logs_must_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, whichever sinks there are."""
    for variable, value in {**GLPI, **ZAMMAD, **HOOK, "BOT_GLPI_APP_TOKEN": "canary-of-the-client"}.items():
        monkeypatch.setenv(variable, value)
    secrets = ["canary-of-glpi", "canary-of-the-client", "canary-of-zammad", HOOK["BOT_HOOK_SECRET"]]
    assert sink_secrets(Settings()) == secrets


async def test_hosts_that_are_allowed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whichever case, among others."""
    allowed = {"BOT_HOOK_URL": "http://Desk.example.org/x", "BOT_INSIDE_HOSTS": "other.example.org, DESK.example.org"}
    sink = made("webhook", monkeypatch, {**HOOK, **allowed})
    assert sink.destination == "desk.example.org"
    await sink.close()


@pytest.mark.parametrize("name", ["glpi_url", "zammad_url", "hook_url"])
@pytest.mark.parametrize(
    "url", ["glpi.example.org", "ftp://glpi.example.org", "https://", "https://u:p@glpi.example.org"]
)
def test_what_is_no_address(name: str, url: str) -> None:
    """Names and passwords in an address are not taken either: addresses are shown."""
    with pytest.raises(ValidationError, match="this is not an address"):
        Settings.model_validate({name: url})


@pytest.mark.parametrize("name", ["glpi_url", "zammad_url"])
def test_addresses_of_systems_have_no_query(name: str) -> None:
    """Paths are added to them."""
    with pytest.raises(ValidationError, match="leave out what follows"):
        Settings.model_validate({name: "https://glpi.example.org/apirest.php?x=1"})
