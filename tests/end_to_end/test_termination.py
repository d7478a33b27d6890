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

from script.benches.terminated import CTRL_C, TERMINATE, WAYS, Way, running, wait_until
from script.benches.termination import CASES
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
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


@pytest.mark.slow
@ways
@pytest.mark.parametrize("name", CASES)
def test_a_long_command_leaves_nothing(name: str, way: Way, tmp_path: Path) -> None:
    left = CASES[name].terminated(way, tmp_path)
    assert left.clean, left
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
    words: tuple[str, ...], way: Way, tmp_path: Path
) -> None:
    with running((sys.executable, "main.py", *words), tmp_path) as one:
        wait_until(lambda one: "\n" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, left
    assert left.code == 0, "it was told to end, and did"


@ways
def test_devices_list_leaves_nothing(way: Way, tmp_path: Path) -> None:
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
    assert left.clean, left
    assert left.code == SHELL_OFFSET + way.number


@pytest.mark.parametrize("way", [CTRL_C, TERMINATE], ids=lambda way: way.name)
def test_a_worker_that_ignores_term_is_found(way: Way, tmp_path: Path) -> None:
    """The control: without the clean-up the same look finds the worker and its folder."""
    with running((sys.executable, "-c", NAIVE), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, 1.0)
    assert any("SIG_IGN" in words for words in left.processes), left
    assert len(left.files) == 1
    assert not left.clean


@pytest.mark.parametrize("program", [TERMINABLE, SWALLOWING], ids=["terminable", "swallowing"])
@ways
def test_a_worker_that_ignores_term_is_killed(program: str, way: Way, tmp_path: Path) -> None:
    """Also when the command itself swallows the exception that should end it."""
    with running((sys.executable, "-c", program), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        left = one.terminate(way, LIMIT_SECONDS)
    assert left.clean, left
    assert left.code == SHELL_OFFSET + way.number


def test_a_second_signal_changes_nothing(tmp_path: Path) -> None:
    with running((sys.executable, "-c", TERMINABLE), tmp_path) as one:
        wait_until(lambda one: "at work" in one.said(), one, LIMIT_SECONDS)
        one.child.send_signal(signal.SIGTERM)
        left = one.terminate(CTRL_C, LIMIT_SECONDS)
    assert left.clean, left
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
