"""Templates and limits of messages, and notices of a case to who gave a mobile number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from central.ports import Messenger, Occasion, TextMessage


@dataclass(frozen=True)
class NoticeWords:
    """One template for each occasion, with placeholders in braces.

    {number}: the case number; {filer}: who filed; {point}: where; {services}: what; {code}: what
    confirms; {digits}: its length; {days}: for how long it can be confirmed. `by_relation` and
    `by_staff` say who filed, `some` and `many` (with {names} and {count}) what.
    """

    received: str
    correction: str
    result: str
    done: str
    answered: str
    filed: str
    vouched: str
    confirm: str
    acted_for: str
    begun: str
    stopped: str
    review_stopped: str
    expired: str
    withdrawn: str
    unclear: str
    too_late: str
    open_case: str
    filer_begun: str
    filer_stopped: str
    filer_expired: str
    by_relation: str
    by_staff: str
    some: str
    many: str


@dataclass(frozen=True)
class WishPolicy:
    """Kinds by code with their words, and how wishes are answered.

    A person gets at most `most_answers` messages in `answer_days`. A message that the provider does
    not take is tried `tries` times, after `retry_minutes`, doubled each time; a process holds it
    for `lease_seconds`. A wish that nobody renewed is deleted after `keep_days`. `message`: its
    words, with {body}, {words}, {place} and {phone}; the other lengths are in characters.
    """

    kinds: Mapping[str, str]
    most_answers: int
    answer_days: float
    tries: int
    retry_minutes: float
    lease_seconds: float
    round_seconds: float
    keep_days: float
    longest_body: int
    longest_words: int
    message: str


@dataclass(frozen=True)
class About:
    """The case of a notice; `mobile` is the masked number, "" when none was given."""

    application_id: str
    case_number: str
    mobile: str


@dataclass(frozen=True)
class Notices:
    """Sends notices of cases.

    `mobile_of` returns the masked number in an accepted application's envelope.
    """

    messenger: Messenger
    words: NoticeWords
    mobile_of: Callable[[bytes], str]

    def tell(self, transaction: object, about: About, occasion: Occasion, at: str) -> None:
        """Hand a notice to the messenger within `transaction`, the one that changes the case.

        `at`: time in ISO 8601. Without a mobile number nothing is sent.
        """
        if about.mobile:
            words: str = getattr(self.words, occasion.value)
            text = words.format(number=about.case_number)
            said = TextMessage(about.application_id, about.mobile, occasion, text, at)
            self.messenger.tell(transaction, said)
