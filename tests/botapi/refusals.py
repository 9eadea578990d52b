"""What the server says when it does not do as it was asked, in Telegram's own codes and words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):
    """A call that is answered with an error."""

    code: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        """The error as JSON."""
        said: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return {**said, "parameters": self.parameters} if self.parameters else said


def bad(what: str) -> Refusal:
    """The call asks for something wrong; like Telegram, the reason starts in lower case unless it is a NAME."""
    shout = len(what) > 1 and (what[1] == "_" or what[1].isupper())
    return Refusal(400, f"Bad Request: {what if shout else what[:1].lower() + what[1:]}")


def forbidden(why: str) -> Refusal:
    """The bot may not do that in this chat."""
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    """Two ways of receiving updates exclude each other."""
    return Refusal(409, f"Conflict: {why}")


def too_many(seconds: int) -> Refusal:
    """The bot is too quick, and is to wait some seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def unauthorized() -> Refusal:
    """The token is not this bot's."""
    return Refusal(401, "Unauthorized")


def not_found(what: str = "") -> Refusal:
    """There is no such address or method."""
    return Refusal(404, f"Not Found: {what}" if what else "Not Found")


OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_WITH_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
POLL_ENDED_BY_WEBHOOK = "terminated by setWebhook request"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
