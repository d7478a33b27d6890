"""Who keeps sending what waits? One thread; it wakes for new parcels and when a retry is due."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.filing.outbox import Delivered, Outbox, Quarantine
from kiosk.filing.receipt import Receipt, verify_receipt
from kiosk.filing.store import Waiting

LONGEST_SLEEP = 60.0
SHORTEST_SLEEP = 0.2


@dataclass
class Courier:
    """Carries parcels until stopped; tells of each receipt and refusal, from its own thread."""

    outbox: Outbox
    on_receipt: Callable[[Receipt], None]
    on_refusal: Callable[[str], None]
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; everything that waits is due at once, whatever the clock says now."""
        self.outbox.store.all_due()
        self._thread = threading.Thread(target=self._carry, name="courier", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Send now. Any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End after the request that is under way."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _carry(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            self.carry_once()
            self._wake.wait(self.pause())

    def carry_once(self) -> None:
        """Send what is due and tell what came of it."""
        for parcel, judgement in self.outbox.deliver_due():
            if isinstance(judgement, Delivered):
                self._tell(parcel, judgement)
            elif isinstance(judgement, Quarantine):
                self.on_refusal(parcel.id)

    def _tell(self, parcel: Waiting, judgement: Delivered) -> None:
        receipt = verify_receipt(
            judgement.receipt.encode(), self.outbox.key, parcel.id, parcel.digest
        )
        if receipt is not None:
            self.on_receipt(receipt)

    def pause(self) -> float:
        """Return the seconds until something is due."""
        due = self.outbox.store.next_due()
        if due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(SHORTEST_SLEEP, due - self.outbox.now()))
