"""The card slot of a demo desk: a pcscd of its own, and the hand that puts cards into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from drivers.simulated.cards.pcsc_daemon import PATIENCE, PcscDaemon, find_pcscd
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from drivers.simulated.cards.vpcd import VirtualReaderCard


@dataclass
class SsCardSlot:
    """A slot for the cards of invented people (`personas`); its files stand in `folder`.

    A card keeps its tries of the PIN while the slot is there.
    """

    folder: Path
    personas: Path
    _daemon: PcscDaemon | None = None
    _cards: dict[str, SimulatedSsCard] = field(default_factory=dict)
    _inserted: VirtualReaderCard | None = None

    @property
    def url(self) -> str:
        """Return the reader's address for the settings, "" before it was started."""
        return f"pcsc://{self._daemon.reader_name}" if self._daemon else ""

    @property
    def socket_path(self) -> Path:
        """Return where clients find the daemon (PCSCLITE_CSOCK_NAME)."""
        return self.folder / "socket"

    def start(self) -> bool:
        """Start the daemon; return False where pcscd or vpcd is not installed.

        Raises RuntimeError when it does not start.
        """
        program = find_pcscd()
        if not program:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        self._daemon = PcscDaemon(self.folder, program)
        self._daemon.start()
        return True

    def insert(self, persona: str) -> None:
        """Put a person's card in, in the place of any other.

        Raises ValueError for somebody without a card, RuntimeError when the reader sees none.
        """
        assert self._daemon is not None
        self.remove()
        card = self._cards.setdefault(persona, SimulatedSsCard(load(self.personas, persona)))
        self._inserted = VirtualReaderCard(card, *self._daemon.address())
        self._inserted.insert()
        if not self._inserted.wait_until_noticed(PATIENCE):
            raise RuntimeError("the virtual reader has not seen its card")

    def remove(self) -> None:
        """Take the card out; idempotent."""
        if self._inserted is not None:
            self._inserted.remove()
            self._inserted = None

    def close(self) -> None:
        """Take the card out and end the daemon; idempotent."""
        self.remove()
        if self._daemon is not None:
            self._daemon.stop()
            self._daemon = None
