"""Renewal of the terminal's key over the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.crypto.envelope import base64_of, canonical, digest
from kiosk.crypto.receipt import Trust, verify_acknowledgement
from kiosk.crypto.terminal_identity import TerminalIdentity
from kiosk.crypto.terminal_key import RENEWAL_PATH, renewal_of
from kiosk.ports import JSON, Central


@dataclass(frozen=True)
class Renewal:
    """Renewal of the key every `days`; `central` signs with the key in use. One thread."""

    identity: TerminalIdentity
    central: Central
    trust: Trust
    terminal: str
    days: float
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    on_renewed: Callable[[], None]

    def renew_when_due(self) -> None:
        """Send the next key when it is due; it comes into use once its receipt is verified."""
        made_at = self.identity.key.made_at
        if made_at is None or self.now() - made_at < timedelta(days=self.days):
            return
        after = self.identity.next(self.random, self.now())
        public = base64_of(after.public)
        proof = after.prove(renewal_of(self.terminal, public))
        body = canonical({"version": 1, "public_key": public, "proof": proof})
        answer = self.central.call("PUT", RENEWAL_PATH, body, {"Content-Type": JSON})
        if verify_acknowledgement(answer.body, self.trust, RENEWAL_PATH, digest(body)):
            self.identity.advance(after)
            self.on_renewed()
