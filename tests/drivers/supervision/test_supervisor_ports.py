"""A visit gets printer and camera through their workers. Against the simulated desk."""

from __future__ import annotations

import queue
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from drivers.simulated.bench import BenchPlan, SimulatedBench, first_font
from drivers.simulated.cards.samv import Delays
from drivers.supervision.devices import CameraWatch, Unheld
from drivers.supervision.life import DeviceCondition, Life
from drivers.supervision.worker import SupervisionContext
from drivers.supervisor import Supervised, supervise
from kiosk.config.settings import ScannerSettings, Settings, SsCardReaderSettings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.ports import Frame
from kiosk.slip import Slip, SlipLine
from wiring import places

LIMIT = 30.0
SLIP = Slip((SlipLine("亳退 0042 7138"),))
C = DeviceCondition


@dataclass
class PortedTerminal:
    devices: Supervised
    bench: SimulatedBench
    told: queue.SimpleQueue[tuple[str, DeviceCondition]]

    def until(self, name: str, condition: DeviceCondition) -> None:
        while self.told.get(timeout=LIMIT) != (name, condition):
            pass


@pytest.fixture
def bench() -> Iterator[SimulatedBench]:
    with tempfile.TemporaryDirectory(prefix="kiosk-test-") as folder:
        font = first_font(places.ASSETS / "fonts")
        plan = BenchPlan(
            places.CONFIG / "personas", places.ASSETS / "portraits", font, Path(folder)
        )
        desk = SimulatedBench(plan, Delays(0, 0, 0, 0), lambda _: None)
        yield desk
        desk.close()


def settings_of(bench: SimulatedBench, folder: Path) -> Settings:
    urls, shipped = bench.urls(), read_settings(places.DEFAULTS)
    return replace(
        shipped,
        id_card_reader=replace(shipped.id_card_reader, url=urls["id_card_reader"]),
        camera=replace(shipped.camera, url=urls["camera"]),
        printer=replace(shipped.printer, url=urls["printer"]),
        store=replace(shipped.store, path=str(folder / "kiosk.db")),
    )


@pytest.fixture
def terminal(bench: SimulatedBench, tmp_path: Path) -> Iterator[PortedTerminal]:
    told: queue.SimpleQueue[tuple[str, DeviceCondition]] = queue.SimpleQueue()

    def tell(name: str, life: Life) -> None:
        told.put((name, life.condition))

    bugs: list[BaseException] = []
    outside = SupervisionContext(time.monotonic, lambda: 0.0, tell, bugs.append)
    devices = supervise(settings_of(bench, tmp_path), outside)
    devices.supervisor.start()
    yield PortedTerminal(devices, bench, told)
    devices.camera.stop()
    devices.reader.close()
    assert devices.supervisor.stop() == ()
    assert bugs == []


def test_a_slip_is_printed_through_the_worker(terminal: PortedTerminal):
    assert terminal.devices.printer.check() is None
    assert terminal.devices.printer.print_slip(SLIP) is None
    assert "亳退 0042 7138" in "".join(terminal.bench.last_slip_texts())


def test_a_printer_without_paper_prints_as_soon_as_it_has_some(terminal: PortedTerminal):
    assert terminal.devices.printer.check() is None  # the worker's first look is over
    terminal.bench.paper_out(out=True)
    assert terminal.devices.printer.print_slip(SLIP) is Failure.PAPER_OUT
    terminal.until("printer", C.FAULT)
    assert terminal.devices.printer.check() is Failure.PAPER_OUT
    terminal.bench.paper_out(out=False)
    assert terminal.devices.printer.print_slip(SLIP) is None  # nobody waits for the next try


def test_a_camera_is_busy_while_it_is_looked_through(terminal: PortedTerminal):
    camera = terminal.devices.camera
    terminal.until("camera", C.READY)
    camera.start()
    terminal.until("camera", C.BUSY)
    give_up = time.monotonic() + LIMIT
    while camera.latest() is None:
        assert time.monotonic() < give_up
    assert terminal.devices.supervisor.lives()["camera"].is_usable
    camera.stop()
    assert camera.latest() is None
    terminal.until("camera", C.READY)


def test_devices_that_not_every_terminal_has(bench: SimulatedBench, tmp_path: Path):
    plain = settings_of(bench, tmp_path)
    outside = SupervisionContext(time.monotonic, lambda: 0.0, lambda *_: None, pytest.fail)
    assert set(supervise(plain, outside).supervisor.workers) == {"idcard", "camera", "printer"}
    more = replace(
        plain,
        ss_card_reader=SsCardReaderSettings("pcsc://Reader"),
        code_scanner=ScannerSettings(f"evdev:{tmp_path}/absent"),
    )
    workers = supervise(more, outside).supervisor.workers
    assert set(workers) == {"idcard", "camera", "printer", "sscard", "scanner"}
    assert workers["sscard"].plan.pace.heartbeat == 10.0
    assert workers["scanner"].plan.where() == ""
    vendor = replace(more, ss_card_reader=SsCardReaderSettings("lib:/opt/lib.so"))
    # Asking a vendor's library reads a card, so it is not asked as often.
    assert supervise(vendor, outside).supervisor.workers["sscard"].plan.pace.heartbeat == 300.0


# a camera between two uses


@dataclass
class Lens:
    """A grabber and a capture in one."""

    frame: Frame | None = None
    pictures: list[bool] = field(default_factory=list)
    released: int = 0

    def start(self) -> None: ...
    def stop(self) -> None: ...

    def latest(self) -> Frame | None:
        return self.frame

    def read(self) -> tuple[bool, object]:
        return self.pictures.pop(0), None

    def release(self) -> None:
        self.released += 1


def test_one_picture_is_the_test_of_a_camera_that_nobody_uses():
    lens = Lens(pictures=[True, False])
    watch = CameraWatch(lens, lambda: lens)
    assert watch.open() is None
    assert watch.check() is None
    assert watch.check() is Failure.CAMERA_LOST
    assert lens.released == 2
    assert watch.pulse()
    watch.close()
    assert CameraWatch(lens, lambda: None).check() is Failure.CAMERA_LOST


def test_a_camera_in_use_is_not_opened_a_second_time():
    lens = Lens()
    watch = CameraWatch(lens, lambda: pytest.fail("opened"), in_use=True)
    assert watch.check() is Failure.CAMERA_LOST
    lens.frame = Frame(1, 0.0, 1, 1, b"bgr")
    assert watch.check() is None


def test_a_device_that_holds_nothing_is_let_go_all_the_same():
    let_go: list[int] = []
    held = Unheld(Lens(), lambda: let_go.append(1))
    held.close()
    assert (let_go, held.pulse(), held.in_use) == ([1], True, False)
    Unheld(Lens()).close()
