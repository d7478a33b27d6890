"""A bench with one simulated identity card reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.simulated import personas
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drivers.simulated.cards.samv import Delays, Samv


class ReaderBench:
    """A plugged reader at `where`: a link to its pty, or a TCP port (see `SimulatedIdCardReader`).

    `folder` holds the personas.

    `delays` are the seconds before its answers; `sleep` waits the given seconds.
    """

    def __init__(
        self,
        where: Path | int,
        samv: Samv,
        folder: Path,
        delays: Delays | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """Plug the reader in."""
        self._personas = folder
        self._reader = SimulatedIdCardReader(where, samv, delays, sleep)
        self._reader.plug()

    def urls(self) -> dict[str, str]:
        """Return the reader's address by the name of its section in config/kiosk.toml."""
        return {"id_card_reader": self._reader.url}

    def place_card(self, persona: str) -> None:
        """Lay a persona's card on the reader; raises ValueError for an unknown persona."""
        self._reader.place_card(personas.load(self._personas, persona).chip)

    def lift_card(self) -> None:
        """Take the card away."""
        self._reader.lift_card()

    def fault(self, name: str) -> None:
        """Script an `IdReaderFault` of the reader's next reply.

        Raises ValueError for an unknown one.
        """
        self._reader.fault(IdReaderFault(name))

    def license(self, *, valid: bool) -> None:
        """Set whether the reader's security module has its licence."""
        self._reader.license(valid=valid)

    def unplug_reader(self) -> None:
        """Pull the reader's cable."""
        self._reader.unplug()

    def plug_reader(self) -> None:
        """Connect the reader again."""
        self._reader.plug()

    def close(self) -> None:
        """Unplug the reader."""
        self._reader.unplug()
