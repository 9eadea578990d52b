"""What settings make of the sink for mails, and what they say when something is missing."""

from email.headerregistry import Address
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr, ValidationError

from bot.adapters.sinks.email import EmailSink
from bot.bootstrap.desk import CannotStart
from bot.bootstrap.mail_sink import email_sink, smtp_password
from bot.cli import main
from bot.settings import Settings
from tests.desk import catalog
from tests.mail_server import HOST, LOGIN, authority, mail_server
from tests.parcels import parcel

WHOLE = {
    "BOT_SMTP_HOST": "smtp.example.org",
    "BOT_SMTP_SENDER": "Guichet <guichet@example.org>",
    "BOT_SMTP_TO": "support@example.org, Bureau <two@example.org>",
}
CANARY = "canary-of-smtp"


def made(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> EmailSink | None:
    """The sink, with these in the environment."""
    for variable, value in values.items():
        monkeypatch.setenv(variable, value)
    return email_sink(Settings(_env_file=None), catalog())  # type: ignore[call-arg]


async def test_settings_that_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From variables to a mail that has arrived; without a server there is no sink."""
    assert made(monkeypatch, {}) is None
    (tmp_path / "ca.pem").write_text(authority().pem())
    (tmp_path / "password").write_text(LOGIN[1] + "\n", encoding="utf-8")
    async with mail_server(tls=authority().server(tmp_path), login=True) as server:
        own = {
            "BOT_SMTP_HOST": HOST,
            "BOT_SMTP_PORT": str(server.port),
            "BOT_SMTP_SECURITY": "STARTTLS",
            "BOT_SMTP_USERNAME": LOGIN[0],
            "BOT_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
            "BOT_SMTP_REPLY_TO": "desk@example.org",
            "BOT_CA_FILE": str(tmp_path / "ca.pem"),
        }
        sink = made(monkeypatch, {**WHOLE, **own})
        assert sink is not None
        await sink.deliver(parcel(), again=False)
    (mail,) = server.mails()
    assert mail["From"].addresses == (Address("Guichet", "guichet", "example.org"),)
    assert str(mail["To"]) == "support@example.org, Bureau <two@example.org>"
    assert str(mail["Reply-To"]) == "desk@example.org"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"BOT_SMTP_SENDER": ""}, "BOT_SMTP_SENDER is needed with BOT_SMTP_HOST: the address that mails come from"),
        ({"BOT_SMTP_TO": ""}, "BOT_SMTP_TO is needed with BOT_SMTP_HOST: the address of the desk, or several with"),
        ({"BOT_SMTP_USERNAME": "x"}, "BOT_SMTP_PASSWORD is missing: the mail server wants a name and a password"),
        ({"BOT_SMTP_PASSWORD": CANARY}, "BOT_SMTP_USERNAME is missing: the mail server wants a name and a password"),
        (
            {"BOT_SMTP_PASSWORD": CANARY, "BOT_SMTP_PASSWORD_FILE": "/nowhere"},
            "BOT_SMTP_PASSWORD and BOT_SMTP_PASSWORD_FILE are both set; one is enough",
        ),
        ({"BOT_SMTP_PASSWORD_FILE": "/nowhere"}, "BOT_SMTP_PASSWORD_FILE (/nowhere) cannot be read: No such file or"),
        (
            {"BOT_SMTP_USERNAME": "x", "BOT_SMTP_PASSWORD": f"{CANARY}\udce9"},
            "BOT_SMTP_USERNAME and BOT_SMTP_PASSWORD must be text in UTF-8",
        ),
        (
            {"BOT_SMTP_SECURITY": "none"},
            "BOT_SMTP_SECURITY=none would send tickets to smtp.example.org in clear; use starttls or tls, or name smtp",
        ),
        (
            {
                "BOT_SMTP_SECURITY": "none",
                "BOT_INSIDE_HOSTS": "relay, smtp.example.org",
                "BOT_SMTP_USERNAME": "x",
                "BOT_SMTP_PASSWORD": CANARY,
            },
            "BOT_SMTP_SECURITY=none would send the password to smtp.example.org in clear; use starttls or tls, or no",
        ),
        ({"BOT_CA_FILE": "/nowhere.pem"}, "BOT_CA_FILE: /nowhere.pem cannot be read (No such file or directory)"),
    ],
)
def test_what_cannot_be_right(changed: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said which setting, and what belongs there; no password is repeated."""
    with pytest.raises(CannotStart) as caught:
        made(monkeypatch, {**WHOLE, **changed})
    assert str(caught.value).startswith(said)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "relay"])
def test_in_clear(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To this machine, and where the operator says so."""
    clear = {"BOT_SMTP_HOST": host, "BOT_SMTP_SECURITY": "none", "BOT_INSIDE_HOSTS": "other, relay"}
    assert made(monkeypatch, {**WHOLE, **clear}) is not None


@pytest.mark.parametrize("host", ["localhost.example.org", "127.0.0.1.example.org", "192.0.2.1", "0.0.0.0"])  # noqa: S104 - a host that is refused
def test_what_only_looks_like_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes there in clear."""
    with pytest.raises(CannotStart, match="in clear"):
        made(monkeypatch, {**WHOLE, "BOT_SMTP_HOST": host, "BOT_SMTP_SECURITY": "none"})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "BOT_SMTP_HOST",
            "abc.de:587",
            "write the server's name alone, for example smtp.example.org; the port has its own",
        ),
        ("BOT_SMTP_HOST", "smtp://x", "write the server's name alone"),
        ("BOT_SMTP_PORT", "0", "Input should be greater than or equal to 1"),
        ("BOT_SMTP_PORT", "65536", "Input should be less than or equal to 65535"),
        ("BOT_SMTP_SECURITY", "ssl", "Input should be 'starttls', 'tls' or 'none'"),
        ("BOT_SMTP_SENDER", "guichet", '"guichet" is not an e-mail address; write one such as support@example.org'),
        ("BOT_SMTP_SENDER", "a@example.org, b@example.org", "one address is enough"),
        ("BOT_SMTP_TO", "a@example.org; b@example.org", '"a@example.org; b@example.org" is not an e-mail address'),
        ("BOT_SMTP_REPLY_TO", "x@y\nBcc: z@y", "is not an e-mail address"),
    ],
)
def test_what_cannot_be_set(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said at the start, by the name of the setting."""
    monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(main, ["jobs"])
    assert shown.exit_code == 2
    assert shown.stderr.startswith(f"{name}: ")
    assert said in shown.stderr


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Of a password."""
    (tmp_path / "password").write_bytes(b"\xff\xfe")
    with pytest.raises(CannotStart, match="cannot be read: it is no text"):
        smtp_password(Settings(_env_file=None, smtp_password_file=tmp_path / "password"))  # type: ignore[call-arg]


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the settings nor by what is wrong with them."""
    monkeypatch.setenv("BOT_SMTP_PASSWORD", CANARY)
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert smtp_password(settings) == SecretStr(CANARY)
    assert CANARY not in repr(settings)
    monkeypatch.setenv("BOT_SMTP_PORT", "x")
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None)  # type: ignore[call-arg]
    assert CANARY not in str(caught.value)
