"""The simulated devices of a demo desk.

Reader, cameras, printer, keypad, jack, scanner and bell.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.cards.samv import Samv
from drivers.simulated.code_gun import CodeGun
from drivers.simulated.helper_desk import HelperDesk
from drivers.simulated.input_device import SimulatedInput
from drivers.simulated.printer.document_printer import SimulatedDocumentPrinter
from drivers.simulated.printer.receipt_printer import SimulatedReceiptPrinter
from drivers.simulated.reader_bench import ReaderBench
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm, load_figure
from drivers.simulated.scenes.paper_scene import PaperFilm, PaperScene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drivers.simulated.cards.samv import Delays
    from drivers.simulated.printer.printer_works import PrintedSlip

FIGURE: Final = "collins_figure.webp"
FONT_NAMES: Final = ("NotoSansSC-Medium.*", "*.otf", "*.ttf", "*.ttc")


@dataclass(frozen=True)
class BenchPlan:
    """The files and ports of a bench: folders of personas and portraits, a font with Chinese.

    `folder` (which must exist) takes the reader's link and the printed slips. `seed` fixes the
    cameras' pictures. `first_port` is the first of six TCP ports in a row; 0 takes whatever is
    free.
    """

    personas: Path
    portraits: Path
    font: Path
    folder: Path
    seed: int = 0
    first_port: int = 0

    def port(self, place: int) -> int:
        """Return the port of the device at a place in the row, 0 for any free one."""
        return self.first_port + place if self.first_port else 0


class SimulatedBench(ReaderBench):
    """All simulated devices, each at the other end of its wire.

    At first a person stands before the camera. `delays` and `sleep` (seconds) are the reader's;
    without them it is as slow as a real one.
    """

    def __init__(
        self,
        plan: BenchPlan,
        delays: Delays | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        super().__init__(plan.folder / "idcard", Samv(), plan.personas, delays, sleep)
        self._film = SceneFilm(load_figure(plan.portraits / FIGURE), plan.seed)
        self._camera = SimulatedCamera(self._film, plan.port(0))
        self._camera.scene = FaceScene.PERSON
        self._paper_camera = SimulatedCamera(
            PaperFilm(plan.font, plan.seed), plan.port(1), scene=PaperScene.SHEET
        )
        self._printer = SimulatedReceiptPrinter(plan.font, plan.folder, plan.port(2))
        self._keypad = SimulatedInput(plan.folder / "keypad")
        self._jack = SimulatedInput(plan.folder / "jack")
        self._gun = CodeGun(plan.folder / "scanner")
        self._helper = HelperDesk(plan.port(3))
        self._document_printer = SimulatedDocumentPrinter(plan.port(5))

    def urls(self) -> dict[str, str]:
        """Return the device addresses by the names of their sections in config/kiosk.toml."""
        return super().urls() | {
            "camera": self._camera.url,
            "paper_camera": self._paper_camera.url,
            "printer": self._printer.url,
            "keypad": self._keypad.url,
            "headphones": self._jack.url,
            "code_scanner": self._gun.url,
            "help": self._helper.url,
            "document_printer": self._document_printer.url,
        }

    def show(self, scene: str) -> None:
        """Put a `FaceScene` before the camera; raises ValueError for an unknown one."""
        self._camera.scene = FaceScene(scene)

    def tell(self, prompt: str) -> None:
        """Give the person before the camera a prompt of the page: "turn_left", "close_eyes"."""
        self._film.tell(prompt)

    def lay(self, scene: str) -> None:
        """Lay a `PaperScene` under the document camera; raises ValueError for an unknown one."""
        self._paper_camera.scene = PaperScene(scene)

    def paper_out(self, *, out: bool = True) -> None:
        """Take the paper out of the printer, or put a new roll in."""
        self._printer.change(paper_out=out)

    def paper_near_end(self, *, near: bool = True) -> None:
        """Set whether the printer's sensor sees the end of the roll come near."""
        self._printer.change(paper_near_end=near)

    def cover_open(self, *, is_open: bool = True) -> None:
        """Open the printer's cover, or close it."""
        self._printer.change(cover_open=is_open)

    def document_paper_out(self, *, out: bool = True) -> None:
        """Take the paper out of the A4 printer, or put new sheets in."""
        self._document_printer.reasons = ("media-empty-error",) if out else ()

    def printed_documents(self) -> int:
        """Return how many documents the A4 printer printed."""
        return len(self._document_printer.documents)

    def press_key(self, code: int) -> None:
        """Press a key of the keypad, by the kernel's key code."""
        self._keypad.press(code)

    def plug(self, *, plugged: bool) -> None:
        """Put the headphones in, or take them out."""
        self._jack.plug(plugged=plugged)

    def scan(self, text: str) -> None:
        """Hold a code with this text before the scanner."""
        self._gun.scan(text)

    def rings(self) -> int:
        """Return how often the helper's desk was rung."""
        return len(self._helper.rings)

    def answer_ring(self) -> None:
        """Answer from the helper's desk that somebody comes."""
        self._helper.answer()

    def last_slip(self) -> Path | None:
        """Return the picture of the newest slip, None before the first."""
        slip = self._newest()
        return slip.path if slip else None

    def last_slip_texts(self) -> list[str]:
        """Return the printed lines of the newest slip."""
        slip = self._newest()
        return list(slip.texts) if slip else []

    def last_slip_codes(self) -> list[str]:
        """Return the QR payloads of the newest slip."""
        slip = self._newest()
        return list(slip.codes) if slip else []

    def unknown_bytes(self) -> list[int]:
        """Return all bytes that the printer did not understand."""
        return list(self._printer.works.unknown)

    def close(self) -> None:
        """Close every device."""
        self._document_printer.close()
        self._helper.close()
        self._gun.close()
        self._keypad.close()
        self._jack.close()
        self._printer.close()
        self._paper_camera.close()
        self._camera.close()
        super().close()

    def _newest(self) -> PrintedSlip | None:
        slips = self._printer.works.slips
        return slips[-1] if slips else None


def first_font(folder: Path) -> Path:
    """Return the best font file of a folder; raises FileNotFoundError when it holds none."""
    for pattern in FONT_NAMES:
        for font in sorted(folder.glob(pattern)):
            return font
    raise FileNotFoundError(
        errno.ENOENT, "no font with Chinese letters for the printer", str(folder)
    )
