"""A real terminal: a prompt with history, colours, numbered choices."""

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.adapters.console.commands import typed
from bot.adapters.console.pictures import BadPicture, KeptPictures
from bot.model.message import Message, Part, Reply, Verbatim, Words
from bot.service.incoming import Content
from bot.service.visible import visible


class Terminal:
    """Talks with a person. History is kept in memory only: what people type here is nobody else's."""

    def __init__(self, pictures: KeptPictures) -> None:
        self._pictures = pictures
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._prompt: PromptSession[str] = PromptSession()
        self._actions = ""

    async def read(self) -> Content | None:
        """What the person types next; None when they leave. A pasted text keeps its line breaks."""
        while True:
            try:
                line = await self._prompt.prompt_async("› ", bottom_toolbar=self._toolbar)
                return typed(line, self._pictures)
            except BadPicture as error:
                await self.fail(str(error))
            except (EOFError, KeyboardInterrupt):
                return None

    async def send(self, reply: Reply) -> None:
        """Shows the messages, then the choices with their numbers."""
        self._actions = "  ·  ".join(action.label for action in (*reply.offers, *reply.actions))
        for message in (*reply.messages, *([reply.closing] if reply.closing else [])):
            self._console.print()
            self._show(message, is_ticket=reply.ticket is not None and message is reply.messages[-1])
        if reply.file is not None:
            text = reply.file.text.replace("\r\n", "\n")
            self._console.print(_part(Verbatim(reply.file.name, text, "")))
        if reply.choices:
            self._console.print()
        for number, choice in enumerate(reply.choices, 1):
            self._console.print(Text.assemble((f"{number:>4}  ", "bold cyan"), visible(choice.label)))
        self._console.print()

    async def fail(self, problem: str) -> None:
        """Shows why the last turn was not taken."""
        self._console.print(Text(visible(problem), style="red"))

    def _show(self, message: Message, *, is_ticket: bool) -> None:
        for index, part in enumerate(message.parts):
            if index:
                self._console.print()
            self._console.print(_part(part) if is_ticket else Padding(_part(part), (0, 2)))

    def _toolbar(self) -> FormattedText:
        return FormattedText([("", f" {self._actions}  ·  /photo …  ·  /quit ")])


def _part(part: Part) -> Text | Panel:
    match part:
        case Words(text):
            return Text(visible(text))
        case Verbatim(title, text):
            return Panel(Text(visible(text), style="yellow"), title=title, title_align="left")
