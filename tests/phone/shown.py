"""What a browser without scripts makes of a page: its words, fields and what can be pressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "br"}


@dataclass
class BrowserPage(HTMLParser):
    """A page as it was sent. `buttons` maps what a press sends to its words."""

    html: str
    words: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    title: str = ""
    sentence: str = ""
    refreshes: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._unseen = 0
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "meta" and said.get("http-equiv") == "refresh":
            self.refreshes = True
        if tag == "input":
            self.fields[said["name"]] = said.get("value", "")
        if tag not in VOID:
            self._open.append((tag, said))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        self.words.append(text)
        for tag, said in self._open:
            if tag == "button" and "unseen" not in said.get("class", ""):
                value = said.get("value", "")
                self.buttons[value] = f"{self.buttons.get(value, '')} {text}".strip()
            if tag == "a":
                self.links[said["href"]] = text
        tag, said = self._open[-1] if self._open else ("", {})
        if tag == "h1":
            self.title = text
        if "sentence" in said.get("class", ""):
            self.sentence = text
