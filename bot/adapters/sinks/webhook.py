"""Tickets for a receiver of the desk's own: signed JSON, by the rules of Standard Webhooks."""

import hashlib
import hmac
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretBytes

from bot.adapters.sinks.http import Answer, Peer, host_of
from bot.service.delivery import Accepted, Parcel, SinkName, Undelivered
from bot.service.webhook_json import webhook_json

_GONE, _TOO_LARGE = 410, 413
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_LATER = frozenset({404, 409})
"""What front servers answer while the receiver is being replaced, and receivers that are still busy with it."""
_NUMBER = re.compile(r"[\w#/.-]{1,40}")
"""What a ticket can be called: it is told to the person."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events go, and the key they are signed with. An `inside` one may have an address that is not public."""

    url: str
    key: SecretBytes
    inside: bool = False


class WebhookSink:
    """Tells a receiver of each parcel. The same event has the same id each time: receivers take it once by that."""

    encloses = True

    def __init__(
        self,
        receiver: Receiver,
        trust: ssl.SSLContext | None = None,
        patience: float = 30.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._receiver = receiver
        self._now = now
        guard = None if receiver.inside else "BOT_INSIDE_HOSTS"
        self._peer = Peer("the webhook's receiver", "BOT_HOOK_URL", trust=trust, patience=patience, guard=guard)

    @property
    def name(self) -> SinkName:
        """What settings, logs and jobs call it."""
        return "webhook"

    @property
    def destination(self) -> str:
        """The host."""
        return host_of(self._receiver.url)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Sends the event; every status of 2xx says that it was taken.

        Raises:
            Undelivered: it was not taken, or nobody knows.
        """
        del again  # the receiver knows by the id
        body, sent_at = webhook_json(parcel), int(self._now())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": parcel.id,
            "webhook-timestamp": str(sent_at),
            "webhook-signature": sign(self._receiver.key.get_secret_value(), parcel.id, sent_at, body),
        }
        answer = await self._peer.call("POST", self._receiver.url, headers=headers, data=body)
        if not answer.good:
            raise self._refusal(answer)
        return Accepted(_number(answer))

    async def close(self) -> None:
        """Closes what is open."""
        await self._peer.close()

    def _refusal(self, answer: Answer) -> Undelivered:
        status = answer.status
        if status in _LATER:
            return self._peer.passing(f"it cannot take it now ({status}); look at BOT_HOOK_URL if this goes on")
        if status == _GONE:
            return self._peer.hopeless("wants no more events (410)", "Ask who runs it, or take BOT_HOOK_URL away")
        if status in (_UNAUTHORIZED, _FORBIDDEN):
            remedy = "Look whether it knows the secret in BOT_HOOK_SECRET, and whether its clock is right"
            return self._peer.hopeless(f"does not accept the signature ({status})", remedy)
        if status == _TOO_LARGE:
            return self._peer.hopeless("does not take so large a request (413)", "Let it take 15 MB")
        return self._peer.hopeless(f"does not take the event ({status})", "Its log has more")


def sign(key: bytes, event: str, sent_at: int, body: bytes) -> str:
    """The header `webhook-signature` for a body that is sent at this time, in seconds since 1970."""
    signed = f"{event}.{sent_at}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def _number(answer: Answer) -> str | None:
    """What the receiver calls the ticket, where it tells."""
    told = answer.json.get("number") if isinstance(answer.json, dict) else None
    return told if isinstance(told, str) and _NUMBER.fullmatch(told) else None
