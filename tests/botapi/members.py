"""How somebody stands in a group or channel, and what those who run it may do there."""

from dataclasses import dataclass
from typing import Any, Literal

JSON = dict[str, Any]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

_EVERYWHERE = (
    "can_manage_chat can_change_info can_delete_messages can_invite_users can_restrict_members can_promote_members "
    "can_manage_video_chats can_post_stories can_edit_stories can_delete_stories"
)
_BY_KIND = {
    "group": "can_pin_messages can_manage_tags",
    "supergroup": "can_pin_messages can_manage_tags can_manage_topics",
    "channel": "can_post_messages can_edit_messages can_manage_direct_messages",
}
_PERMISSIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
)


def rights_in(kind: str) -> frozenset[str]:
    """All that an administrator can be allowed to do in a chat of a kind."""
    return frozenset(f"{_EVERYWHERE} {_BY_KIND[kind]}".split())


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's standing; `rights` are an administrator's, and who is restricted may have left."""

    user: JSON
    status: Status
    rights: frozenset[str] = frozenset()
    is_member: bool = True

    @property
    def is_present(self) -> bool:
        """Whether they are in the chat."""
        return self.status in {"creator", "administrator", "member"} or (self.status == "restricted" and self.is_member)

    def may(self, right: str) -> bool:
        """Whether they run the chat and may do this."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def json(self, kind: str) -> JSON:
        """What the bot is told of it."""
        told: JSON = {"user": self.user, "status": self.status}
        match self.status:
            case "creator":
                return {**told, "is_anonymous": False}
            case "administrator":
                rights = {name: name in self.rights for name in sorted(rights_in(kind))}
                return {**told, "can_be_edited": False, "is_anonymous": False, **rights}
            case "restricted":
                denied = dict.fromkeys(_PERMISSIONS.split(), False)
                return {**told, "until_date": 0, "is_member": self.is_member, **denied}
            case "kicked":
                return {**told, "until_date": 0}
        return told
