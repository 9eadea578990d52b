"""The methods that ask about chats and their members, or leave them."""

from tests.botapi.limits import Limits
from tests.botapi.members import Member
from tests.botapi.refusals import bad
from tests.botapi.world import JSON, Call, World


def get_chat(world: World, _: Limits, call: Call) -> JSON:
    """What is known of a chat, even of a group that is a supergroup now."""
    chat = world.chat(call.params.get("chat_id"), to_read=True)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    extra = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return {**chat.json(), **extra}


def get_chat_member(world: World, _: Limits, call: Call) -> JSON:
    """How somebody stands in a chat; where members are hidden, only administrators are told of others."""
    user = call.params.get("user_id") or 0
    if user <= 0:
        raise bad("Invalid user_id specified")
    chat = world.chat(call.params.get("chat_id"))
    if user == world.bot["id"]:
        return world.me_in(chat).json(chat.kind)
    if user not in world.accounts or (chat.kind == "private" and user != chat.id):
        raise bad("Member not found")
    if chat.kind == "private":
        return Member(world.accounts[user], "member").json(chat.kind)
    if chat.hides_members and chat.rights is None:
        raise bad("CHAT_ADMIN_REQUIRED")
    return chat.members.get(user, Member(world.accounts[user], "left")).json(chat.kind)


def leave_chat(world: World, _: Limits, call: Call) -> bool:
    """Leaves a group or channel; what the bot does itself comes back as an update, too."""
    chat = world.chat(call.params.get("chat_id"))
    if chat.kind == "private":
        raise bad("Chat member status can't be changed in private chats")
    world.stands(chat, "left", world.bot)
    return True
