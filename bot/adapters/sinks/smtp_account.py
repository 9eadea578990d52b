"""The mail server that takes the desk's mails, and between whom they go."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import SecretStr

from bot.service.ticket_mail import Correspondents

Security: TypeAlias = Literal["starttls", "tls", "none"]
"""TLS asked for at the beginning of the conversation; TLS from the first byte; all in clear."""


@dataclass(frozen=True, slots=True)
class Login:
    """By what the server knows the bot."""

    username: str
    password: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAccount:
    """How to send mails.

    Without a `login` nobody logs in. `timeout` is in seconds, for each answer of the server.
    """

    host: str
    port: int
    security: Security
    between: Correspondents
    login: Login | None = None
    timeout: float = 60

    @property
    def server(self) -> str:
        """What messages call the server."""
        return f"the mail server {self.host}:{self.port}"
