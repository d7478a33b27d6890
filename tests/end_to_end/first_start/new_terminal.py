"""A terminal fresh from its image, its scanner on a pty, and the control room that it calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from central.fleet.enrolment_cards import PlannedTerminal
from central.operator.enrol_card_commands import print_cards
from central.operator.enrol_commands import admit_confirmed
from central.web_accounts import WebRole
from drivers.devices.qr_scanner import QrScanner, open_scanner_port
from drivers.simulated.code_gun import CodeGun
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.settings import Settings
from kiosk.pages.first_start import FirstStart, FirstStartStage
from kiosk.ports import Central
from tests.central.fleet.printed_cards import card_texts
from tests.central.standing import NOON, Standing, standing
from tests.central.web.desk import Browser, WebDesk, desk_over
from tests.drivers.central.lines import serving
from wiring.delivery_service import central_of
from wiring.first_start.enrolment_loop import FirstStartWorld, enrol_by_card
from wiring.places import DEFAULTS
from wiring.storage import device_key_of

NAME, POINT = "BZ-CARD-1", "BZ-DEMO"
SITE = """
profile = "training"
banner = "培训"
[terminal]
assigned = "{folder}/own/assigned.toml"
[central]
url = "{url}"
identity = "sealed:{folder}/own/identity"
keys = "{folder}/own/keys.json"
[device_key]
url = "file:{folder}/own/device.key"
[store]
path = "{folder}/own/kiosk.db"
"""


@dataclass
class ControlRoomSite:
    """The control room: its service, its pages, and two technicians at them."""

    central: Standing
    desk: WebDesk
    url: str
    folder: Path
    sheets: int = 0
    people: list[Browser] = field(default_factory=list)

    def print_card(self, *planned: PlannedTerminal) -> list[str]:
        """Print cards for 14 days and return what a scanner reads off them."""
        self.sheets += 1
        sheet = self.folder / f"cards-{self.sheets}.html"
        wanted = planned or (PlannedTerminal(NAME, POINT, "desk"),)
        print_cards(self.central.office, wanted, sheet, timedelta(days=14))
        return card_texts(sheet)

    def confirm(self, digits: str, people: int = 2) -> None:
        """Let so many technicians type the digits at the terminal that waits; then admit."""
        while len(self.people) < people:
            name = f"T-000{len(self.people) + 1}"
            self.people.append(self.desk.logged_in(name, WebRole.TECHNICIAN))
        for browser in self.people[:people]:
            for one in self.desk.context.fleet.enrolments.waiting():
                path = f"/fleet/enrolments/{one.id}/confirm"
                browser.post(path, {"digits": digits}, "/fleet")
        admit_confirmed(self.central.office)


@dataclass
class NewTerminal:
    """One machine; `seen` are its pages, `on_digits` is called with the digits that it shows."""

    folder: Path
    url: str
    on_digits: Callable[[str], None]
    cards: list[str] = field(default_factory=list)
    seen: list[FirstStart] = field(default_factory=list)
    turns: int = 0
    waits: int = 0
    most_waits: int = 5
    _looks: int = 0

    def __post_init__(self) -> None:
        (self.folder / "own").mkdir(parents=True, exist_ok=True)
        key = self.folder / "own" / "device.key"
        if not key.exists():
            key.write_bytes(os.urandom(32))
            key.chmod(0o600)
        self.site.write_text(SITE.format(folder=self.folder, url=self.url), "utf-8")

    @property
    def site(self) -> Path:
        return self.folder / "site.toml"

    def settings(self) -> Settings:
        return read_layers(layers_of(DEFAULTS, [self.site]))

    def run(self, scanner_there: bool = True, central: Central | None = None) -> bool:
        """Switch it on, until it is let in or nothing more happens."""
        self.waits = 0
        self._looks = 0
        settings = self.settings()
        with closing(CodeGun(self.folder / "scanner")) as gun:
            url = gun.url if scanner_there else str(self.folder / "none")
            port = partial(open_scanner_port, url, 9600, _clock())
            scanner = QrScanner(port, _clock())
            with closing(scanner):
                return enrol_by_card(
                    FirstStartWorld(
                        settings=settings,
                        central=central or central_of(settings, None),
                        device_key=device_key_of(settings),
                        scanners=(scanner,),
                        show=self._show,
                        now=lambda: NOON,
                        wait=self._wait,
                        is_over=partial(self._is_over, gun),
                    )
                )

    def _show(self, state: FirstStart) -> None:
        if not self.seen or self.seen[-1] != state:
            self.seen.append(state)
        if state.stage is FirstStartStage.CARD:
            self._looks = 0
        if state.stage is FirstStartStage.DIGITS:
            self.on_digits(state.digits)

    def _wait(self, _seconds: float) -> None:
        self.waits += 1

    def _is_over(self, gun: CodeGun) -> bool:
        """Hold the next card out once the page has asked for it and the scanner listens."""
        asks = bool(self.seen) and self.seen[-1].stage is FirstStartStage.CARD
        self._looks += asks
        if asks and self._looks == 2 and self.cards:  # the scanner drops what came before
            gun.scan(self.cards.pop(0))
            return False
        is_idle = asks and self._looks > 2 + self.most_waits
        return is_idle or self.waits > self.most_waits


def _clock() -> Callable[[], float]:
    import time

    return time.monotonic


@contextmanager
def control_room(folder: Path) -> Iterator[ControlRoomSite]:
    """Open the control room over a service that is reached by HTTP on the loopback."""
    folder.mkdir(parents=True, exist_ok=True)
    with standing(folder) as central, serving(central.app) as url, desk_over(central) as desk:
        yield ControlRoomSite(central, desk, url, folder)
