"""Answers wishes: each offer that fits is told to the person once, by a message to their number."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from central.messages.rounds import Rounds
from central.ports import OutgoingText, SendOutcome

if TYPE_CHECKING:
    from central.app_context import AppContext
    from central.notices import WishPolicy
    from central.ports import MessageGateway
    from central.store.wishes.wishes import DueAnswer, Wishes
    from kiosk.retirement.divisions import Divisions


@dataclass(frozen=True)
class WishDelivery:
    """Sends answers that are due; `mobile_of` opens the number of a wish, "" where it does not.

    `place_name` names a division; `new_lease` makes a name that no other process has.
    """

    store: Wishes
    mobile_of: Callable[[bytes], str]
    gateway: MessageGateway
    policy: WishPolicy
    place_name: Callable[[str], str]
    now: Callable[[], datetime]
    new_lease: Callable[[], str]

    def work(self) -> int:
        """Delete old wishes, then send what is due; return how many messages were taken."""
        self.store.forget_old(self.now() - timedelta(days=self.policy.keep_days))
        taken = 0
        while due := self.store.claim(self.new_lease(), self.now(), self.policy):
            taken += self._send(due)
        return taken

    def _send(self, due: DueAnswer) -> bool:
        mobile = self.mobile_of(due.sealed)
        if not mobile:
            self.store.settle(due, self.now(), is_sent=False)
            return False
        offer = due.offer
        text = self.policy.message.format(
            body=offer.body,
            words=offer.words,
            place=self.place_name(offer.division),
            phone=offer.phone,
        )
        outcome = self.gateway.send(OutgoingText(due.reference, mobile, text))
        if outcome is SendOutcome.TAKEN:
            self.store.settle(due, self.now(), is_sent=True)
            return True
        if outcome is SendOutcome.REFUSED or due.tries + 1 >= self.policy.tries:
            self.store.settle(due, self.now(), is_sent=False)
        else:
            minutes = self.policy.retry_minutes * 2.0**due.tries
            self.store.put_off(due, self.now() + timedelta(minutes=minutes))
        return False


def open_wish_rounds(context: AppContext, gateway: MessageGateway, divisions: Divisions) -> Rounds:
    """Return what answers wishes through `gateway`, not started; `divisions` name places."""
    policy = context.policy.wishes
    delivery = WishDelivery(
        store=context.store.wishes,
        mobile_of=context.vault.wish_mobile,
        gateway=gateway,
        policy=policy,
        place_name=divisions.full_name,
        now=context.now,
        new_lease=lambda: str(uuid.uuid4()),
    )
    return Rounds("wishes", delivery.work, policy.round_seconds, context.crowded.is_now)
