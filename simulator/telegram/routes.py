"""Which method of the Bot API leads where; the token stands in the path, as Telegram wants it."""

from starlette.routing import Route

from simulator.telegram.desk import BASE, TelegramDoor
from simulator.telegram.messages import Messages


def routes(door: TelegramDoor) -> list[Route]:
    """The methods of the dialect; the pages for strangers are the wall's."""
    messages = Messages(door.desk)
    table = [
        ("getMe", messages.who),
        ("getChatMember", messages.member),
        ("sendMessage", messages.text),
        ("sendPhoto", messages.photo),
        ("sendMediaGroup", messages.album),
        ("editMessageText", messages.new_text),
        ("editMessageCaption", messages.new_caption),
        ("deleteMessages", messages.delete),
        ("pinChatMessage", messages.pin),
        ("unpinChatMessage", messages.unpin),
    ]
    return [
        Route(f"{BASE}/bot{{token}}/{name}", door.refusing(endpoint), methods=["POST"])
        for name, endpoint in table
    ]
