"""Delivery of records to the central service: each once, and none is lost.

Only a signed receipt that names id and digest is delivery, and only a signed refusal that names
them sets a record aside (delivery.md §4, decision table): any gateway on the way can answer 404.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from random import Random

from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import Trust, verify_acknowledgement, verify_receipt, verify_refusal
from kiosk.ports import JSON, PROBLEM, Central, CentralAnswer, Trouble
from kiosk.storage.store import LONGEST_PARK, Store, Waiting

RETRY_STATUS = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
STOP_STATUS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
SETTLED = (HTTPStatus.OK, HTTPStatus.CREATED)
FIRST_WAIT = 2.0
LONGEST_WAIT = 60.0  # delivery.md §4: cap at 60 s, or the tail of a storm lasts for minutes
DOUBLINGS = 5  # by then LONGEST_WAIT is reached; 2**tries of a night offline is no float any more
JITTER = 0.5
LONGEST_WISH = LONGEST_PARK / (1 + JITTER)  # a longer wish is a maintenance page or a wrong clock
APPLICATION_PATH = "/v1/applications/"
RATING_PATH = "/v1/ratings/"
SEQUENCE_HEADER = "Kiosk-Sequence"
OPEN_CASE = "open-case"
UNSIGNED = "unsigned refusal"  # begins the trouble of a refusal that anybody could have written
_REASON = re.compile(r"[a-z][a-z-]{0,40}")  # a problem type that log and audit take


@dataclass(frozen=True)
class Delivered:
    """The central service has the record; `receipt` is the signed text."""

    receipt: str


@dataclass(frozen=True)
class Retry:
    """Keep the record and try again; `after` is the server's wish in seconds."""

    trouble: str
    after: float | None = None


@dataclass(frozen=True)
class Quarantine:
    """The central service will never take the record: set it aside and tell a person.

    `open_case` names this person's case under way, when that is why; `refusal` is the signed text.
    """

    trouble: str
    open_case: str = ""
    refusal: str = field(default="", repr=False)


@dataclass(frozen=True)
class DeliveryStop:
    """Nothing can be sent at all (credentials, TLS): keep everything, call the technician."""

    trouble: str


Judgement = Delivered | Retry | Quarantine | DeliveryStop


def judge(parcel: Waiting, answer: CentralAnswer, trust: Trust) -> Judgement:
    """Return what the central service's answer means for `parcel` (delivery.md §4, decision table).

    `trust` knows the keys whose signed receipts and refusals count.
    """
    if answer.trouble in (Trouble.TLS, Trouble.CERTIFICATE_TIME):
        return DeliveryStop(answer.trouble.value)
    if answer.trouble is not None:
        return Retry(answer.trouble.value)
    if answer.status in SETTLED:
        return _settled(parcel, answer, trust)
    if answer.status in STOP_STATUS:
        return DeliveryStop(f"status {answer.status}")
    server_side = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if answer.status in RETRY_STATUS or server_side:
        return Retry(f"status {answer.status}", answer.retry_after)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return _refused(parcel, answer, trust)
    return Retry(f"strange answer, status {answer.status}")


def _refused(parcel: Waiting, answer: CentralAnswer, trust: Trust) -> Judgement:
    # The body lies elsewhere when it is a paper's; its digest is the parcel's own.
    named = digest(parcel.body) if parcel.body else parcel.digest
    refusal = verify_refusal(answer.body, trust, parcel.path, named)
    if refusal is None:
        kind = UNSIGNED if answer.media_type == PROBLEM else "strange answer"
        return Retry(f"{kind}, status {answer.status}")
    reason = refusal.type if _REASON.fullmatch(refusal.type) else f"status {answer.status}"
    open_case = refusal.application_id if reason == OPEN_CASE else ""
    return Quarantine(reason, open_case, answer.body.decode())


def _settled(parcel: Waiting, answer: CentralAnswer, trust: Trust) -> Judgement:
    strange = Retry(f"strange answer, status {answer.status}")
    if answer.media_type != JSON:
        return strange  # a captive portal answers 200 with HTML
    signed: object
    if parcel.path.startswith(APPLICATION_PATH):
        signed = verify_receipt(answer.body, trust, parcel.id, parcel.digest)
    else:
        signed = verify_acknowledgement(answer.body, trust, parcel.path, parcel.digest)
    return Delivered(answer.body.decode()) if signed is not None else strange


def wait_before(tries: int, after: float | None, random: Random) -> float:
    """Return the seconds until the next try, after so many `tries`.

    Full jitter over a doubling wait, or the server's wish `after` (seconds) plus up to half of it.
    """
    if after is not None:
        return min(LONGEST_WISH, after) * (1 + JITTER * random.random())
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries, DOUBLINGS))
    return random.uniform(FIRST_WAIT / 2, longest)


@dataclass(frozen=True)
class Outbox:
    """Sending of what is due; one thread calls it. `now` is in seconds, `at` the time of day.

    When the central service says when to come back, everything waits that has its turn later: where
    all terminals come at once, a refusal of each record would cost as much as its acceptance. A
    record that is told so twice in a row may be the only one: then the next one is tried, too.
    """

    store: Store
    central: Central
    trust: Trust
    now: Callable[[], float]
    at: Callable[[], datetime]
    random: Random
    _told: list[str] = field(default_factory=list, init=False, repr=False)

    def deliver_due(self) -> Iterator[tuple[Waiting, Judgement]]:
        """Send every due record once, oldest first, and yield what its answer means.

        A DeliveryStop ends the round, and so does the wish that the terminal comes back later.
        """
        for parcel in self.store.due(self.now()):
            headers = {
                "Content-Type": parcel.media_type,
                SEQUENCE_HEADER: str(parcel.sequence),
            }
            answer = self.central.call("PUT", parcel.path, parcel.body, headers)
            judgement = judge(parcel, answer, self.trust)
            self.record_judgement(parcel.id, parcel.tries, judgement)
            yield parcel, judgement
            if isinstance(judgement, DeliveryStop) or self.holds(parcel.id, judgement):
                return

    def record_judgement(self, parcel_id: str, tries: int, judgement: Judgement) -> None:
        """Store what an answer means for a record or a paper; `tries` are those before it."""
        at = self.at().isoformat(timespec="seconds")
        match judgement:
            case Delivered(receipt):
                self.store.delivered(parcel_id, receipt, at)
            case Quarantine(trouble, refusal=refusal):
                self.store.quarantine(parcel_id, trouble, at, refusal)
            case Retry(trouble, after):
                wait = wait_before(tries, after, self.random)
                self.store.try_later(parcel_id, self.now() + wait, trouble)
            case _:
                self.store.try_later(parcel_id, self.now() + LONGEST_WAIT, judgement.trouble)

    def holds(self, parcel_id: str, judgement: Judgement) -> bool:
        """Tell whether the others wait, too, because of the answer to this one; let them wait."""
        if not isinstance(judgement, Retry) or judgement.after is None:
            return False
        again, self._told[:] = self._told == [parcel_id], [parcel_id]
        if not again:
            self.store.hold_behind(parcel_id)
        return not again
