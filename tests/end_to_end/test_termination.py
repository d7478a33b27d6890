"""INT and TERM end the real commands and leave no process, no temporary file and no traceback.

No test judges how soon: `script/bench termination` measures that. The limit here is only that of a
command which would never end.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.simulated.desk import DemoDesk
from script.benches.machine.terminated import (
    CTRL_C,
    TERMINATE,
    WAYS,
    TerminationWay,
    running,
    wait_until,
)
from script.benches.machine.termination_cases import CASES
from wiring import places
from wiring.termination import SHELL_OFFSET

LIMIT_SECONDS = 60.0
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
PARENT = f"""
import subprocess, sys, tempfile, threading
from wiring.termination import run_terminably

def work():
    tempfile.mkdtemp()
    child = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], process_group=0)
    print("at work", flush=True)
    return child.wait()

def work_on():
    try:
        work()
    except SystemExit:
        threading.Event().wait()
"""
NAIVE = PARENT + "sys.exit(work())"
TERMINABLE = PARENT + "sys.exit(run_terminably(work, own_temporary=True))"
SWALLOWING = PARENT + "sys.exit(run_terminably(work_on, own_temporary=True))"
DEAF = """
import ctypes, sys
from wiring.termination import run_terminably

def work():
    lock = ctypes.create_string_buffer(64)
    ctypes.CDLL(None).pthread_mutex_lock(lock)
    print("at work", flush=True)
    return ctypes.CDLL(None).pthread_mutex_lock(lock)  # no bytecode is run any more

sys.exit(run_terminably(work, own_temporary=True))
"""
WRITING = """
import sys, tempfile, threading
from itertools import count
from pathlib import Path
from wiring.termination import run_terminably

def write(folder):
    for number in count():
        try:
            folder.mkdir(parents=True, exist_ok=True)  # even this fails when it is removed meanwhile
            (folder / str(number)).touch()
        except OSError:
            pass

def work():
    folder = Path(tempfile.gettempdir()) / "written"
    threading.Thread(target=write, args=(folder,), daemon=True).start()
    while not (folder / "9").exists():
        pass
    print("at work", flush=True)
    threading.Event().wait()

sys.exit(run_terminably(work, own_temporary=True))
"""
HANGING = """
import threading
from wiring.termination import GracePeriods, Termination

def hang_while_stopping():
    threading.Event().wait()

with Termination(GracePeriods(0.1, 0.2, dumps_threads=True)).calling(lambda _number: None):
    print("at work", flush=True)
    hang_while_stopping()
"""
IN_A_LOCK = """
import signal
from screens.shell import ShellContext, open_shell
from screens.theme import ScreenPanel
from wiring.places import ASSETS
from wiring.termination import SERVICE, Termination

shell = open_shell(ScreenPanel(540, 960, 1.9), ASSETS, ShellContext(lambda _what: None))
from kivy.clock import Clock

with Termination(SERVICE).calling({respond}):
    with Clock._lock:
        print("at work", flush=True)
        signal.raise_signal(signal.SIGTERM)
    shell.run()
"""
# Runs main.py and sends it TERM at the nth audit event of the interpreter (PEP 578): a moment of the
# start that does not depend on how fast the machine is. With 0 it says at its end how many there were.
AT_EVENT = """
import atexit, os, runpy, signal, sys

wanted, seen = int(sys.argv[1]), 0

def hear(_event, _arguments):
    global seen
    seen += 1
    if seen == wanted:
        os.kill(os.getpid(), signal.SIGTERM)

if not wanted:
    atexit.register(lambda: print(f"events {seen}", flush=True))
sys.addaudithook(hear)
sys.argv = sys.argv[1:]
runpy.run_path("main.py", run_name="__main__")
"""
LOSING = """
import os, signal, sys, threading

signal.signal(signal.SIGTERM, lambda *_: None)
os.kill(os.getpid(), signal.SIGTERM)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("at work", flush=True)
threading.Event().wait()
"""
MOMENTS = 16
KILL = TerminationWay(signal.SIGKILL, whole_group=False)
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


@pytest.mark.slow
@ways
@pytest.mark.parametrize("name", CASES)
def test_a_long_command_leaves_nothing(name: str, way: TerminationWay, tmp_path: Path) -> None:
    left = CASES[name].terminated(way, tmp_path)
    assert left.clean, str(left)
    assert left.code == SHELL_OFFSET + way.number


@pytest.mark.parametrize(
    "words",
    [
        ("simulate",),
        ("devices", "simulate", "idcard", "--listen", "pty"),
    ],
    ids=" ".join,
)
@ways
def test_a_simulated_device_leaves_nothing(
    words: tuple[str, ...], way: TerminationWay, tmp_path: Path
) -> None:
    with running((sys.executable, "main.py", *words), tmp_path) as one:
        wait_until(lambda one: "\n" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code == 0, "it was told to end, and did"


@ways
def test_devices_list_leaves_nothing(way: TerminationWay, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        site = tmp_path / "site.toml"
        url = f"socket://127.0.0.1:{mute.getsockname()[1]}"
        site.write_text(f"[id_card_reader]\nurl = {json.dumps(url)}\n", "utf-8")
        layers = ("--config", str(places.CONFIG / "profiles" / "demo.toml"), "--config", str(site))
        command = (sys.executable, "main.py", "devices", "list", *layers)
        with running(command, tmp_path / "run") as one:
            mute.settimeout(LIMIT_SECONDS)
            reader, _address = mute.accept()
            with reader:
                left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code == SHELL_OFFSET + way.number


@pytest.mark.parametrize("way", [CTRL_C, TERMINATE], ids=lambda way: way.name)
def test_a_worker_that_ignores_term_is_found(way: TerminationWay, tmp_path: Path) -> None:
    """The control: without the clean-up the same look finds the worker and its folder."""
    with running((sys.executable, "-c", NAIVE), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, 1.0)
    assert any("SIG_IGN" in words for words in left.processes), left
    assert len(left.files) == 1
    assert not left.clean


@pytest.mark.parametrize("program", [TERMINABLE, SWALLOWING], ids=["terminable", "swallowing"])
@ways
def test_a_worker_that_ignores_term_is_killed(
    program: str, way: TerminationWay, tmp_path: Path
) -> None:
    """Also when the command itself swallows the exception that should end it."""
    with running((sys.executable, "-c", program), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code == SHELL_OFFSET + way.number


@ways
def test_a_main_thread_that_runs_no_bytecode_is_ended(way: TerminationWay, tmp_path: Path) -> None:
    with running((sys.executable, "-c", DEAF), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code == SHELL_OFFSET + way.number


@pytest.mark.parametrize("way", [*WAYS, KILL], ids=lambda way: way.name)
def test_a_thread_that_writes_to_the_end_leaves_no_folder(
    way: TerminationWay, tmp_path: Path
) -> None:
    """Also one that makes its folder anew after it was removed, and also after a kill."""
    with running((sys.executable, "-c", WRITING), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code == (-way.number if way is KILL else SHELL_OFFSET + way.number)


def test_a_service_that_hangs_while_it_stops_is_ended_and_says_where(tmp_path: Path) -> None:
    with running((sys.executable, "-c", HANGING), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(TERMINATE, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code == SHELL_OFFSET + signal.SIGTERM
    assert "in hang_while_stopping" in left.said


def test_a_signal_stops_the_loop_also_while_its_clock_is_locked(tmp_path: Path) -> None:
    program = IN_A_LOCK.format(respond="shell.request_stop")
    with running((sys.executable, "-c", program), tmp_path) as one:
        assert one.child.wait(LIMIT_SECONDS) == 0, one.said()


def test_a_handler_that_uses_the_clock_waits_for_itself(tmp_path: Path) -> None:
    """The control: Kivy's clock in a handler is what the loop must not be stopped by."""
    program = IN_A_LOCK.format(respond="lambda _number: shell.post(shell.stop)")
    with running((sys.executable, "-c", program), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        with pytest.raises(subprocess.TimeoutExpired):
            one.child.wait(1.0)


def terminated_at(event: int, words: tuple[str, ...], folder: Path) -> int:
    """Return how a command ended that got TERM at this audit event of its start."""
    with running((sys.executable, "-c", AT_EVENT, str(event), *words), folder) as one:
        return one.child.wait(LIMIT_SECONDS)


def events_until_ready(words: tuple[str, ...], ready: str, folder: Path) -> int:
    """Return how many audit events there are until `ready` is said or a file, and some more."""
    with running((sys.executable, "-c", AT_EVENT, "0", *words), folder) as one:
        wait_until(lambda one: ready in one.said() or Path(ready).exists(), one, LIMIT_SECONDS)
        left = one.terminate(TERMINATE, LIMIT_SECONDS)
    assert left.clean, str(left)
    return int(left.said.rpartition("events ")[2])


@pytest.mark.slow
def test_the_central_service_ends_at_each_moment_of_its_start(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    words = ("serve", "--data", data, "--create")
    total = events_until_ready(words, '"url"', tmp_path / "count")
    codes = [
        terminated_at(1 + total * moment // MOMENTS, words, tmp_path / str(moment))
        for moment in range(MOMENTS)
    ]
    assert set(codes) <= {-signal.SIGTERM, SHELL_OFFSET + signal.SIGTERM, 0}
    assert len(codes) == MOMENTS


@pytest.mark.slow
def test_the_terminal_ends_at_each_moment_of_its_start(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with DemoDesk(places.ROOT, tmp_path / "run", "BZ-DEMO-0001") as desk:
        demo = places.CONFIG / "profiles" / "demo.toml"
        words = ("run", "--ready", str(ready), str(demo), str(desk.write_site()))
        total = events_until_ready(words, str(ready), tmp_path / "count")
        codes = [
            terminated_at(1 + total * moment // MOMENTS, words, tmp_path / str(moment))
            for moment in range(MOMENTS)
        ]
    assert set(codes) <= {-signal.SIGTERM, SHELL_OFFSET + signal.SIGTERM, 0}
    assert len(codes) == MOMENTS


def test_a_lost_signal_is_found(tmp_path: Path) -> None:
    """The control: a program that takes TERM with a handler that does nothing runs on."""
    with running((sys.executable, "-c", LOSING), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        with pytest.raises(subprocess.TimeoutExpired):
            one.child.wait(1.0)


def test_a_second_signal_changes_nothing(tmp_path: Path) -> None:
    with running((sys.executable, "-c", TERMINABLE), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        one.child.send_signal(signal.SIGTERM)
        left = one.terminate(CTRL_C, LIMIT_SECONDS)
    assert left.clean, str(left)
    assert left.code in {SHELL_OFFSET + signal.SIGTERM, SHELL_OFFSET + signal.SIGINT}


def test_only_failed_tests_keep_their_folders(tmp_path: Path) -> None:
    sample = tmp_path / "test_sample.py"
    sample.write_text(
        "def test_passes(tmp_path):\n    (tmp_path / 'passed').touch()\n"
        "def test_fails(tmp_path):\n    (tmp_path / 'failed').touch()\n    assert False\n",
        "utf-8",
    )
    kept = tmp_path / "kept"
    options = ("-c", str(places.ROOT / "pyproject.toml"), "--basetemp", str(kept))
    command = [sys.executable, "-m", "pytest", *options, str(sample)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["failed"]
