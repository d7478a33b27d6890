"""Signed settings on a whole terminal: fetched, tried, kept, and gone back from by themselves.

`run` is a process of its own, its devices are simulated at the wire, the central service is real.
The test waits for what the terminal writes down, never for a time.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import main
from central.operator.bundles import Repository
from drivers.service_manager import ALIVE, READY, STOPPING
from drivers.simulated.desk import DemoDesk, free_port
from kiosk.config.active import read_in_force
from kiosk.config.layers import layers_of
from kiosk.config.rollout import ENDED, RolloutState
from kiosk.config.settings_store import SettingsStore
from tests.drivers.central.bundles import DAYS, now
from tests.end_to_end.conftest import TERMINAL
from wiring import places
from wiring.maintenance_ports import TerminalMaintenanceTools

DEMO = places.CONFIG / "profiles" / "demo.toml"
PATIENCE = 120.0
TRIAL_SECONDS = 25.0


@dataclass
class ConfiguredPlace:
    """One terminal, the service's data folder, and the operator's keys."""

    desk: DemoDesk
    folder: Path

    def __post_init__(self) -> None:
        self.data, self.keys = self.desk.folder / "central", self.folder / "keys"
        self.settings_store = SettingsStore(self.folder / "configuration")
        self.local = self.folder / "local.toml"
        self.printer = ""

    def settle(self) -> None:
        """Write the machine's own settings; where the printer is comes from afar."""
        lines, found = self.desk.write_site().read_text("utf-8").splitlines(), []
        skip = False
        for line in lines:
            skip = line == "[printer]" if line.startswith("[") else skip
            if skip and line.startswith("url"):
                self.printer = json.loads(line.partition("=")[2])
            if not skip:
                found.append(line)
        root = self.data / "configuration" / "1.root.json"
        found += [
            "[configuration]",
            f"folder = {json.dumps(str(self.settings_store.folder))}",
            f"root = {json.dumps(str(root))}",
            f"rollout_timeout_seconds = {TRIAL_SECONDS}",
        ]
        self.local.write_text("\n".join(found) + "\n", "utf-8")

    def bundle(self, *words: str) -> None:
        told = ("--data", str(self.data), "--keys", str(self.keys))
        assert main.main(["central", "bundle", *words, *told]) == 0

    def publish(self, text: str) -> None:
        city = self.folder / "city.toml"
        city.write_text(text, "utf-8")
        self.bundle("publish", "--city", str(city), "--model", str(DEMO))

    def sign(self, text: str) -> None:
        """Sign what `publish` would refuse, as somebody who took the keys can."""
        repository = Repository(self.data / "configuration", self.keys, DAYS, now)
        assert repository.publish({"city.toml": text.encode()}) is None

    def carry(self, status: int = 0) -> None:
        """Bring what is published on a stick, as a technician does."""
        stick = self.folder / "stick"
        shutil.rmtree(stick, ignore_errors=True)
        shutil.copytree(self.data / "configuration", stick / "configuration")
        words = ["config", "import", str(stick), "--settings", str(DEMO), str(self.local)]
        assert main.main(words) == status

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, str(places.ROOT / "main.py"), "run", str(DEMO), str(self.local)]
        log = (self.folder / "log").open("ab")
        with self._service_manager() as told:
            environment = {**os.environ, "NOTIFY_SOCKET": told}
            with subprocess.Popen(command, cwd=places.ROOT, env=environment, stderr=log) as child:
                try:
                    yield child
                finally:
                    if child.poll() is None:
                        child.terminate()
                    try:
                        child.wait(PATIENCE)
                    finally:
                        child.kill()  # Popen would wait for it without a limit
                        log.close()

    @contextmanager
    def _service_manager(self) -> Iterator[str]:
        """Hear what is told to the service manager, into `words`."""
        self.words: list[str] = []
        path = self.folder / f"notify-{len(list(self.folder.iterdir()))}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.bind(str(path))

            def hear() -> None:
                while said := line.recv(64).decode():
                    self.words.append(said)

            listener = threading.Thread(target=hear)
            listener.start()
            try:
                yield str(path)
            finally:
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                    end.sendto(b"", str(path))
                listener.join()

    def until(
        self,
        wanted: Callable[[RolloutState], bool],
        child: subprocess.Popen[bytes],
        settings_store: SettingsStore | None = None,
    ) -> RolloutState:
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.1)):
            if wanted(found := (settings_store or self.settings_store).standing()):
                return found
            assert child.poll() is None, (self.folder / "log").read_text("utf-8")
            pause.wait(0.1)
        raise AssertionError(f"{found} {(self.folder / 'log').read_text('utf-8')}")

    def confirm(self, changes: dict[str, str]) -> None:
        """Confirm addresses, as a technician does at the screen."""
        settings = read_in_force(places.DEFAULTS, [DEMO, self.local])
        layers = layers_of(places.DEFAULTS, [DEMO, self.local])
        here = TerminalMaintenanceTools(settings, layers, None, None, lambda *_, **__: None)  # type: ignore[arg-type]
        assert here.write(changes) is None

    def alarms(self) -> set[str]:
        """Return what the central service has to tell its operator."""
        words = ["central", "alarms", "--data", str(self.data)]
        command = [sys.executable, str(places.ROOT / "main.py"), *words]
        done = subprocess.run(command, cwd=places.ROOT, capture_output=True, text=True, check=True)
        return {line.split("\t")[2] for line in done.stdout.splitlines()}

    def events(self) -> list[str]:
        """Return the audit's events."""
        to = self.folder / "audit.ndjson"
        words = ["audit", "export", str(DEMO), str(self.local), "--to", str(to)]
        assert main.main(words) == 0
        lines = [json.loads(line) for line in to.read_text("utf-8").splitlines()]
        return [one["event"] for one in lines]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ConfiguredPlace]:
    with DemoDesk(places.ROOT, tmp_path / "run", TERMINAL) as desk:
        found = ConfiguredPlace(desk, tmp_path)
        found.bundle("begin")
        found.settle()
        yield found


def printer_at(url: str) -> str:
    return f"[printer]\nurl = {json.dumps(url)}\n"


@pytest.mark.slow
def test_settings_that_do_not_stand_the_test_are_gone_back_from(place: ConfiguredPlace) -> None:
    place.publish(printer_at(place.printer))
    with place.running() as child:
        # over the network: the heartbeat says that there is news
        first = place.until(lambda one: bool(one.good), child)
        place.until(
            lambda _: {"printer", "idcard", "central"} <= place.settings_store.ready(), child
        )

        # a wrong port, by a stick: tried, not ready in time, gone back from
        place.publish(printer_at(f"tcp://127.0.0.1:{free_port()}"))
        place.carry()
        wrong = place.until(lambda one: one.begun or bool(one.refused), child)
        assert wrong.good == first.good
        back = place.until(lambda one: bool(one.refused) and one.noted, child)
        assert back == RolloutState(
            good=first.good, refused=wrong.candidate, lacking=("printer",), noted=True
        )
        place.until(lambda _: "printer" in place.settings_store.ready(), child)

        # signed by whoever holds the keys, and yet what no site may say: not even tried
        place.sign("[face]\ntries = 1000\n")
        place.carry(status=1)
        assert place.settings_store.standing() == back

        # the control: changed settings with the right port stay
        place.publish(printer_at(place.printer) + "columns = 42\n")
        place.carry()
        last = place.until(lambda one: one.good not in ("", first.good), child)
        assert last == RolloutState(good=last.good)

        # killed while it tries: what was good before
        place.until(lambda _: "printer" in place.settings_store.ready(), child)
        place.publish(printer_at(f"tcp://127.0.0.1:{free_port()}"))
        place.carry()
        place.until(lambda one: one.begun, child)
        child.send_signal(signal.SIGKILL)
    # each start said so, and none that the service ends: it began anew in its own place
    assert place.words.count(READY) >= len(("base", "first", "wrong", "first", "last"))
    assert STOPPING not in place.words
    with place.running() as child:
        found = place.until(lambda one: bool(one.refused) and one.noted, child)
        assert (found.good, found.lacking) == (last.good, (ENDED,))
        place.until(lambda _: "printer" in place.settings_store.ready(), child)
    assert "settings-returned" in place.alarms()
    events = place.events()
    assert events.count("settings_kept") == 2
    assert events.count("settings_returned") == 2
    log = (place.folder / "log").read_text("utf-8")
    assert "Traceback" not in log
    assert "已退回原来的" in log


@pytest.mark.slow
def test_a_signal_while_the_program_begins_anew_ends_it(place: ConfiguredPlace) -> None:
    """The program has left its loop and still closes devices and store before it begins anew."""
    found = SettingsStore(place.desk.store.with_name("devices"))
    with place.running() as child:
        place.until(lambda _: {"camera", "idcard"} <= found.ready(), child, found)
        settings = read_in_force(places.DEFAULTS, [DEMO, place.local])
        place.confirm({"camera.url": settings.camera.url})
        place.until(lambda _: ALIVE in place.words, child)
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE) == 0
        assert place.words.count(READY) == 1
    assert place.words[-1] == STOPPING


@pytest.mark.slow
def test_addresses_that_do_not_stand_the_test_are_gone_back_from(place: ConfiguredPlace) -> None:
    """What a technician confirms at the screen: the right reader stays, a wrong camera does not."""
    found = SettingsStore(place.desk.store.with_name("devices"))
    wrong = {"camera.url": f"http://127.0.0.1:{free_port()}/"}
    with place.running() as child:
        place.until(lambda _: {"camera", "idcard"} <= found.ready(), child, found)

        # the control: an address under which the device answers stays
        settings = read_in_force(places.DEFAULTS, [DEMO, place.local])
        place.confirm(
            {"camera.url": settings.camera.url, "id_card_reader.url": settings.id_card_reader.url}
        )
        good = place.until(lambda one: bool(one.good), child, found)
        assert good == RolloutState(good=good.good)

        # nothing answers there: back after the limit
        place.until(lambda _: {"camera", "idcard"} <= found.ready(), child, found)
        place.confirm(wrong)
        back = place.until(lambda one: bool(one.refused) and one.noted, child, found)
        log = (place.folder / "log").read_text("utf-8")
        assert (back.good, back.lacking) == (good.good, ("camera",)), log

        # killed while it tries: the one before
        place.until(lambda _: {"camera", "idcard"} <= found.ready(), child, found)
        place.confirm(wrong)
        place.until(lambda one: one.begun, child, found)
        child.send_signal(signal.SIGKILL)
    with place.running() as child:
        back = place.until(lambda one: one.lacking == (ENDED,) and one.noted, child, found)
        assert back.good == good.good
        place.until(lambda _: "camera" in found.ready(), child, found)
    events = place.events()
    assert events.count("devices_kept") == 1
    assert events.count("devices_returned") == 2
    log = (place.folder / "log").read_text("utf-8")
    assert "Traceback" not in log
    assert "新写的设备地址" in log
    assert (
        place.settings_store.standing().refused == ""
    )  # the site's own were tried at another time
