"""The thread that sends what waits; it wakes for new records and when a retry is due."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from kiosk.crypto.receipt import Receipt, verify_receipt
from kiosk.delivery.outbox import (
    UNSIGNED,
    Delivered,
    DeliveryStop,
    Judgement,
    Outbox,
    Quarantine,
    Retry,
)
from kiosk.delivery.scan_upload import ScanUpload
from kiosk.storage.store import StoreError

LONGEST_SLEEP = 60.0
SHORTEST_SLEEP = 0.2


@dataclass
class DeliveryThread:
    """Delivery until stopped; callbacks are called from its own thread.

    `on_refusal` gets the id and why; `on_stop` the trouble, and `on_unsigned` that of a refusal
    which the central service did not sign, each once until something passes again; `on_bug` gets
    unexpected exceptions. None of them ends the thread. `after_round` does what else there is to do
    with the central service while the connection stands.
    """

    outbox: Outbox
    on_receipt: Callable[[Receipt], None]
    on_refusal: Callable[[str, Quarantine], None]
    on_stop: Callable[[str], None]
    on_bug: Callable[[BaseException], None]
    after_round: Callable[[], None] = lambda: None
    on_unsigned: Callable[[str], None] = lambda _trouble: None
    _standing: str = ""
    _unsigned: bool = False
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; everything that waits is due at once, whatever the clock says."""
        with suppress(StoreError):  # then it waits for its time, which Store.due bounds
            self.outbox.store.all_due()
        self._thread = threading.Thread(target=self._carry, name="delivery", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Send what is due without further delay; any thread."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the record that is under way, and wait for the thread's end."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _carry(self) -> None:
        while True:
            self._wake.clear()  # before the look: a stop in between would sleep a minute
            if self._stopped.is_set():
                return
            self._wake.wait(self.go_round())

    def go_round(self) -> float:
        """Send once; return how many seconds to sleep. A full or busy disk is a failed round."""
        try:
            return self.pause() if self.carry_once() else LONGEST_SLEEP
        except StoreError:
            return LONGEST_SLEEP
        except Exception as bug:  # noqa: BLE001 - the main thread raises it; here the work goes on
            self.on_bug(bug)
            return LONGEST_SLEEP

    def carry_once(self) -> bool:
        """Send due records, then papers; return False when nothing can be sent just now."""
        for parcel, judgement in self.outbox.deliver_due():
            self._tell(parcel.id, judgement)
            if isinstance(judgement, Delivered):
                self._tell_receipt(parcel.id, parcel.digest, judgement)
            if self._ends(judgement):
                return False
        for paper, judgement in ScanUpload(self.outbox).deliver_due():
            self._tell(paper, judgement)
            if self._ends(judgement):
                return False
        self.after_round()
        return True

    def _ends(self, judgement: Judgement) -> bool:
        return isinstance(judgement, DeliveryStop) or self._stopped.is_set()

    def _tell(self, parcel_id: str, judgement: Judgement) -> None:
        match judgement:
            case Delivered():
                self._passed()
            case Quarantine():
                self._passed()
                self.on_refusal(parcel_id, judgement)
            case Retry(trouble) if trouble.startswith(UNSIGNED) and not self._unsigned:
                self._unsigned = True
                self.on_unsigned(trouble)
            case DeliveryStop(trouble) if trouble != self._standing:
                self._standing = trouble
                self.on_stop(trouble)

    def _passed(self) -> None:
        self._standing, self._unsigned = "", False

    def _tell_receipt(self, parcel_id: str, digest: str, delivered: Delivered) -> None:
        receipt = verify_receipt(delivered.receipt.encode(), self.outbox.trust, parcel_id, digest)
        if receipt is not None:  # ratings and the like are acknowledged without one
            self.on_receipt(receipt)

    def pause(self) -> float:
        """Return the seconds until something is due."""
        now = self.outbox.now()
        due = self.outbox.store.next_due(now)
        if due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(SHORTEST_SLEEP, due - now))
