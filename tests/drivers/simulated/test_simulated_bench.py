"""The whole bench can be played, here and from another process."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from drivers.devices.documents.document_printer import IppPrinter, address_of
from drivers.simulated import commands
from drivers.simulated.bench import BenchPlan, SimulatedBench, first_font
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.simulated.control import BenchControl, ControlServer
from drivers.simulated.scenes.face_scene import FaceScene
from drivers.simulated.scenes.paper_scene import PaperScene
from kiosk.failures import Failure
from tests.options import options_of

FIND = bytes.fromhex("AAAAAA96690003200122")
START = "import sys; import main; sys.exit(main.main(['simulate', *sys.argv[1:]]))"


DEVICES = {
    *("id_card_reader", "camera", "paper_camera", "printer"),
    *("keypad", "headphones", "code_scanner", "help", "document_printer"),
}


@pytest.fixture
def bench(plan: BenchPlan) -> Iterator[SimulatedBench]:
    bench = SimulatedBench(plan, sleep=lambda _: None)
    yield bench
    bench.close()


@pytest.fixture
def control(bench: SimulatedBench) -> Iterator[BenchControl]:
    server = ControlServer(bench)
    yield BenchControl(server.url)
    server.close()


def ask_reader(url: str, request: bytes, length: int) -> bytes:
    """Ask over the pty; its speed is the reader's own only after it is set."""
    import termios
    import tty

    port = os.open(url, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(port)
        settings = termios.tcgetattr(port)
        settings[4] = settings[5] = termios.B115200
        termios.tcsetattr(port, termios.TCSANOW, settings)
        os.write(port, request)
        data = b""
        while len(data) < length:
            assert select.select([port], [], [], 10)[0]
            data += os.read(port, length)
    finally:
        os.close(port)
    return data


def send(url: str, data: bytes, answer: int) -> bytes:
    host, port = url.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(data)
        return wire.recv(answer)


def test_every_deed_reaches_the_bench(bench: SimulatedBench, control: BenchControl) -> None:
    urls = control.urls()
    assert urls == bench.urls()
    assert set(urls) == DEVICES
    assert ask_reader(urls["id_card_reader"], FIND, 11)[9] == 0x80
    control.place_card("wang")
    assert ask_reader(urls["id_card_reader"], FIND, 15)[9] == 0x9F
    control.lift_card()
    assert ask_reader(urls["id_card_reader"], FIND, 11)[9] == 0x80
    control.fault(IdReaderFault.CORRUPT)
    assert ask_reader(urls["id_card_reader"], FIND, 11)[-1] == 0x85
    control.license(valid=False)
    assert ask_reader(urls["id_card_reader"], FIND, 11)[9] == 0x66
    control.unplug_reader()
    assert not Path(urls["id_card_reader"]).exists()
    control.plug_reader()
    assert Path(urls["id_card_reader"]).exists()
    control.show(FaceScene.DARK)
    assert bench._camera.scene is FaceScene.DARK
    control.lay(PaperScene.EMPTY)
    assert bench._paper_camera.scene is PaperScene.EMPTY


def test_keys_headphones_and_the_bell_of_the_bench(control: BenchControl) -> None:
    urls = control.urls()
    for name, action, wanted in (
        ("keypad", lambda: control.press_key(106), (1, 106, 1)),
        ("headphones", lambda: control.plug(plugged=True), (5, 2, 1)),
    ):
        with Path(urls[name].removeprefix("evdev:")).open("rb", buffering=0) as device:
            action()
            assert struct.unpack("llHHi", device.read(24))[2:] == wanted
    where = urlsplit(urls["help"])
    with socket.create_connection((where.hostname, where.port), timeout=30) as caller:
        caller.sendall(b'{"ring": "T"}\n')
        while not control.rings():
            pass
        control.answer_ring()
        assert caller.recv(16) == b"coming\n"


def test_the_document_printer_of_the_bench(control: BenchControl) -> None:
    printer = IppPrinter(address_of(control.urls()["document_printer"]))
    control.document_paper_out(out=True)
    assert printer.print_pdf(b"%PDF-1.7") is Failure.DOCUMENT_PAPER_OUT
    assert control.printed_documents() == 0
    control.document_paper_out(out=False)
    assert printer.print_pdf(b"%PDF-1.7") is None
    assert control.printed_documents() == 1


def test_the_printer_of_the_bench(control: BenchControl) -> None:
    printer = control.urls()["printer"]
    assert control.last_slip() is None
    assert control.last_slip_texts() == []
    assert control.last_slip_codes() == []
    control.paper_out(out=True)
    assert send(printer, b"\x10\x04\x04", 1) == b"\x7e"
    control.paper_out(out=False)
    control.paper_near_end(near=True)
    control.cover_open(is_open=True)
    assert send(printer, b"\x10\x04\x04", 1) == b"\x1e"
    control.cover_open(is_open=False)
    send(printer, b"\x1b@ok\x07\n\x1dV\x00\x10\x04\x01", 1)
    slip = control.last_slip()
    assert slip is not None
    assert slip.read_bytes().startswith(b"\x89PNG")
    assert control.last_slip_texts() == ["ok"]
    assert control.unknown_bytes() == [7]


@pytest.mark.parametrize(
    ("action", "value"), [("place_card", "nobody"), ("show", "snow"), ("fault", "fire")]
)
def test_what_does_not_exist_is_refused(control: BenchControl, action: str, value: str) -> None:
    with pytest.raises(ValueError, match="ValueError"):
        getattr(control, action)(value)


def test_an_unknown_deed_is_refused(control: BenchControl) -> None:
    with pytest.raises(ValueError, match="close"):
        control._do("close")


def test_a_folder_without_fonts_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no font with Chinese"):
        first_font(tmp_path)
    (tmp_path / "b.ttf").touch()
    (tmp_path / "a.otf").touch()
    assert first_font(tmp_path) == tmp_path / "a.otf"


@pytest.mark.parametrize("how", ["end of input", "SIGTERM"])
def test_the_command_prints_its_addresses_and_ends(
    root: Path, font: Path, tmp_path: Path, how: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, "--font", str(font), "--folder", str(tmp_path / "bench")],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline())
        assert set(urls) == DEVICES | {"control"}
        assert BenchControl(urls["control"]).urls()["camera"] == urls["camera"]
        if how == "SIGTERM":
            process.send_signal(signal.SIGTERM)
        else:
            process.stdin.close()
        assert process.wait(60) == 0
    assert not Path(urls["id_card_reader"]).exists()


def test_the_command_in_this_process(
    root: Path, font: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    ours, theirs = os.pipe()
    os.close(theirs)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with os.fdopen(ours) as ended:
        monkeypatch.setattr(sys, "stdin", ended)
        assert commands.simulate_devices(options_of("simulate", "--font", font)) == 0
    for number, handler in before.items():
        signal.signal(number, handler)
    assert "control" in json.loads(capsys.readouterr().out)
