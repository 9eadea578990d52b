"""A real mail server on this machine, for tests: it keeps what it takes, and fails when it is told to."""

import asyncio
import ipaddress
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.telegram_bot import free_port

HOST = "127.0.0.1"
LOGIN = ("guichet", "kana-ri-9c1f77 é")
"""The name and the password that the server knows."""

Point: TypeAlias = Literal["MAIL", "RCPT", "DATA", "AUTH"]


@dataclass
class MailServer:
    """A mail server. `answers` are given in place of its own, by command and, for recipients, by address.

    `hangs_up` is where it ends the connection without a word; before that, what `DATA` brought is taken all the same
    when `takes_first`.
    """

    tls: ssl.SSLContext | None = None
    implicit: bool = False
    login: bool = False
    limit: int = 33_554_432
    port: int = field(default_factory=free_port)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up: Point | None = None
    takes_first: bool = False
    seen: list[str] = field(default_factory=list)
    taken: list[tuple[str | None, list[str], bytes]] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _open: list["_Connection"] = field(default_factory=list)

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.get_running_loop().create_server(
            self._connection, HOST, self.port, ssl=self.tls if self.implicit else None
        )

    async def stop(self) -> None:
        """Is gone from one moment to the next, with every connection."""
        assert self._server is not None
        self._server.close()
        for each in self._open:
            each.drop()
        await self._server.wait_closed()

    def mails(self) -> list[EmailMessage]:
        """What was taken, as mails."""
        return [message_from_bytes(content, policy=MAIL) for _, _, content in self.taken]

    def _connection(self) -> "_Connection":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a login goes in clear, which it does not below TLS
            made = _Connection(
                self,
                loop=asyncio.get_running_loop(),
                hostname="mail.example.org",
                enable_SMTPUTF8=True,
                data_size_limit=self.limit,
                tls_context=None if self.implicit else self.tls,
                auth_required=self.login,
                auth_require_tls=not self.implicit,
                authenticator=self._known,
            )
        self._open.append(made)
        return made

    def _known(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: LoginPassword) -> AuthResult:
        del server, session, envelope
        told = (data.login.decode(), data.password.decode())
        if told == LOGIN and "AUTH" not in self.answers:
            return AuthResult(success=True)
        self.seen.append(f"refused {kind}")
        return AuthResult(success=False, handled=False, message=self.answers.get("AUTH"))

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so
        self, server: "_Connection", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes a sender."""
        del session
        await self._gone(server, "MAIL")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: "_Connection", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes a recipient."""
        del session, options
        await self._gone(server, "RCPT")
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: "_Connection", session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Takes a mail."""
        del session
        content = cast("bytes", envelope.content)
        if self.takes_first:
            self._take(envelope, content)
        await self._gone(server, "DATA")
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250") and not self.takes_first:
            self._take(envelope, content)
        return answer

    def _take(self, envelope: Envelope, content: bytes) -> None:
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), content))

    async def _gone(self, server: "_Connection", here: Point) -> None:
        if self.hangs_up == here:
            server.drop()
            await asyncio.Event().wait()


class _Connection(SMTP):
    """A connection that notes what is asked of it."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        super().__init__(server, **options)
        self._smtp_methods = {name: self._noted(name, method) for name, method in self._smtp_methods.items()}

    def drop(self) -> None:
        """Ends without a word."""
        transport = self._original_transport or self.transport
        if transport is not None:
            cast("asyncio.Transport", transport).abort()

    def _noted(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        async def noting(argument: str | None) -> None:
            self.event_handler.seen.append(f"{name} {argument}" if name == "EHLO" else name)
            await method(argument)

        return noting


@asynccontextmanager
async def mail_server(**told: Any) -> AsyncIterator[MailServer]:
    """A server that listens meanwhile."""
    server = MailServer(**told)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@dataclass
class Spoken:
    """A server that only speaks: where, and what it was told besides what it answered."""

    port: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    rest: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def speaking(greeting: bytes = b"", *answers: bytes) -> AsyncIterator[Spoken]:
    """A server that says these lines, the first unasked, each other after a line."""
    spoken, conversations = Spoken(), list[asyncio.Task[None] | None]()

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.append(asyncio.current_task())
        writer.write(greeting)
        for answer in answers:
            await reader.readline()
            spoken.asked.set()
            writer.write(answer)
        spoken.rest.append(await reader.read())
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(speak, HOST, 0) as server:
        spoken.port = server.sockets[0].getsockname()[1]
        yield spoken
        await asyncio.gather(*filter(None, conversations))


@dataclass(frozen=True)
class Authority:
    """Who vouches for servers."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def trust(self) -> ssl.SSLContext:
        """Trusts whom it vouches for, and nobody else."""
        return ssl.create_default_context(cadata=self.pem())

    def pem(self) -> str:
        """Its certificate."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def server(self, folder: Path, host: str = HOST) -> ssl.SSLContext:
        """A server's certificate and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        made = (
            _certificate("server", key, self.certificate.subject)
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = folder / f"{host}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + made.public_bytes(Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context


def authority(name: str = "authority") -> Authority:
    """The authority of this name."""
    return _authority(name)


@cache
def _authority(name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    made = (
        _certificate(name, key, own)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, made)


def _certificate(name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
