"""Delivery of messages about filings for another person, and the effect of replies to them.

A message is claimed with a lease, bound to a mobile number (from then on a reply from there
counts), handed to the provider under a reference that makes sending it again harmless, and settled.
A message that the provider does not take is tried again at growing intervals; in the end an alarm
is raised.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from central.alarms import AlarmKind
from central.messages.wording import Matter, Wording
from central.ports import MessageGateway, Occasion, OutgoingText, ProviderReply, SendOutcome
from central.store.messages.outgoing import FAILED, OVER, SENT, Due, Sent
from central.store.messages.replies import IncomingReply, ReplyOutcome
from central.vault_port import ContactReach
from kiosk.application.document import mask_mobile
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from central.policy import DeliveryPolicy
    from central.store import CentralStore
    from central.vault_port import MessageContact, VaultPort

BATCH = 20
DIGITS = 11  # of a mobile number in China
TO_THE_FILER = frozenset({Occasion.FILER_BEGUN, Occasion.FILER_STOPPED, Occasion.FILER_EXPIRED})
TOLD_ALREADY = "told-already"  # the filing names this number, which gets the case's notices


@dataclass(frozen=True)
class MessageDelivery:
    """Sends messages that are due and carries out replies.

    `vault` knows the numbers, and their keyed hashes under which the store knows them; `new_lease`
    makes a name that no other claim of messages has.
    """

    store: CentralStore
    vault: VaultPort
    wording: Wording
    gateway: MessageGateway
    policy: DeliveryPolicy
    now: Callable[[], datetime]
    new_lease: Callable[[], str]

    def work(self) -> None:
        """Carry out replies, close filings whose time is over, send what is due, in this order."""
        self.take_replies()
        self.close_expired()
        self.send_due()

    def close_expired(self) -> None:
        """Close every filing that nobody confirmed in time."""
        now = self.now()
        at = now.isoformat(timespec="seconds")
        while self.store.confirmations.close_expired(civil_day(now), at):
            pass

    def take_replies(self) -> None:
        """Carry out all replies since the last one; replies of an unreachable provider wait."""
        while replies := self.gateway.replies_after(self.store.replies.last()):
            for reply in replies:
                at = self.now().isoformat(timespec="seconds")
                self.store.replies.take(self._read(reply), at)

    def take_by_hand(self, mobile: str, text: str) -> ReplyOutcome | None:
        """Carry out a reply that no provider brought, for demo and training; return its outcome."""
        reply = ProviderReply(self.store.replies.next_by_hand(), mobile, text)
        return self.store.replies.take(self._read(reply), self.now().isoformat(timespec="seconds"))

    def send_due(self) -> None:
        """Send the messages that are due now, as many as one round may."""
        lease_time, left = timedelta(seconds=self.policy.lease_seconds), self.policy.most_a_round
        while due := self.store.outgoing.claim(
            self.new_lease(), self.now(), lease_time, min(BATCH, left)
        ):
            unsent = [(one, outcome) for one in due if (outcome := self._send(one))]
            self.store.outgoing.settle_unsent(unsent, self.now())
            if (left := left - len(due)) <= 0:
                return

    def _read(self, reply: ProviderReply) -> IncomingReply:
        # Full-width digits and a closing full stop count like plain ones.
        said = unicodedata.normalize("NFKC", reply.text).strip().strip("。.!！").upper()
        mobile = plain_mobile(reply.mobile)
        return IncomingReply(
            number=reply.number,
            mark=self.vault.mobile_mark(mobile),
            masked=mask_mobile(mobile),
            is_no=said in self.policy.no,
            code=said if said.isdecimal() else "",
        )

    def _send(self, due: Due) -> str:
        """Send one message and settle it; return the outcome of one that nobody gets, else ""."""
        if not due.wanted:
            return OVER
        found = self.vault.message_contact(due.envelope, to_filer=due.occasion in TO_THE_FILER)
        contact = found.contact
        if not contact.mobile:
            if contact.reach is ContactReach.NAME_DIFFERS:
                self.store.outgoing.raise_alarm(due, AlarmKind.NAME_DIFFERS, self.now())
            return contact.reach.value
        # The filing names this very number, which gets the case's notices anyway.
        if due.occasion is Occasion.FILED and found.in_filing:
            return TOLD_ALREADY
        self._hand_over(due, found)
        return ""

    def _hand_over(self, due: Due, found: MessageContact) -> None:
        mobile = found.contact.mobile
        matter = Matter(due.case_number, due.filer, due.relation, due.point, due.services, due.code)
        text = self.wording.text(due.occasion, matter)
        self.store.outgoing.bind_number(due, found.mark, self.now())
        reference = f"{due.application_id}:{due.number}"
        outcome = self.gateway.send(OutgoingText(reference, mobile, text))
        if outcome is SendOutcome.TAKEN:
            self.store.outgoing.settle(due, SENT, self.now(), Sent(mobile, text))
        elif outcome is SendOutcome.REFUSED or due.tries + 1 >= self.policy.tries:
            self.store.outgoing.raise_alarm(due, AlarmKind.MESSAGE_FAILED, self.now())
            self.store.outgoing.settle(due, FAILED, self.now())
        else:
            self.store.outgoing.put_off(due, self.now() + self._pause(due.tries))

    def _pause(self, tries: int) -> timedelta:
        minutes = self.policy.retry_minutes * 2.0**tries
        return timedelta(minutes=min(minutes, self.policy.longest_retry_minutes))


def plain_mobile(said: str) -> str:
    """Return the 11 digits of a mobile number, without country code and separators."""
    digits = "".join(one for one in said if one in "0123456789")
    return digits.removeprefix("86") if len(digits) == DIGITS + 2 else digits[-DIGITS:]
