"""What is a person told on the mobile, and when? Only who gave a number is told anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from central.ports import Message, Messenger, Occasion


@dataclass(frozen=True)
class Words:
    """One text for each occasion; {number} is the case number."""

    received: str
    acted_for: str
    correction: str
    done: str


@dataclass(frozen=True)
class About:
    """The case that a notice is about; `mobile` "" when none was given."""

    application_id: str
    case_number: str
    mobile: str


@dataclass(frozen=True)
class Notices:
    """Puts occasions into words; `mobile_of` looks into an accepted application."""

    messenger: Messenger
    words: Words
    mobile_of: Callable[[bytes], str]

    def tell(self, transaction: object, about: About, occasion: Occasion, at: str) -> None:
        """Tell the messenger, in the transaction of what happened."""
        if about.mobile:
            words: str = getattr(self.words, occasion.value)
            text = words.format(number=about.case_number)
            said = Message(about.application_id, about.mobile, occasion, text, at)
            self.messenger.tell(transaction, said)
