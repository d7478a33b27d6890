"""One simulated reader is started, played and ended from outside."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import main
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.simulated.control import BenchControl


@contextmanager
def simulated(root: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "main.py", "devices", "simulate", "idcard", *arguments]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def read_id(url: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main.main(["devices", "read-id", "--url", url, "--wait", "0", "--show"])
    return code, capsys.readouterr().out


def test_a_reader_on_a_tcp_port(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with simulated(root, "--persona", "liu", "--listen", "tcp:0") as told:
        assert told["url"].startswith("tcp://127.0.0.1:")
        code, out = read_id(told["url"], capsys)
        assert (code, json.loads(out)["name"]) == (0, "刘长青")


def test_a_reader_is_simulated_read_and_played(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulated(root, "--persona", "liu", "--listen", "pty") as told:
        assert Path(told["url"]).is_symlink()
        hand = BenchControl(told["control"])
        assert hand.urls() == {"id_card_reader": told["url"]}
        hand.lift_card()
        hand.place_card("wang")
        assert json.loads(read_id(told["url"], capsys)[1])["name"] == "王秀英"
        hand.license(valid=False)
        assert read_id(told["url"], capsys)[0] == 4
        hand.license(valid=True)
        hand.unplug_reader()
        assert read_id(told["url"], capsys)[0] == 4
        hand.plug_reader()
        hand.lift_card()
        assert read_id(told["url"], capsys)[0] == 3
        with pytest.raises(ValueError, match="no persona nobody"):
            hand.place_card("nobody")
    assert not Path(told["url"]).exists()


def test_faults_can_be_given_from_the_start(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--listen", "pty", "--persona", "he", "--fault", IdReaderFault.NOT_IDENTITY)
    with simulated(root, *options, "--finds-again", "--baud", "57600") as told:
        assert read_id(told["url"], capsys)[0] == 5
        code, out = read_id(told["url"], capsys)
        assert (code, json.loads(out)["kind"]) == (0, "hmt")


@pytest.mark.parametrize(
    "arguments", [[], ["dog"], ["idcard", "--persona", "nobody", "--listen", "pty"]]
)
def test_what_does_not_exist_is_refused(
    root: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert main.main(["devices", "simulate", *arguments]) == 2
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("listen", ["tty", "tcp:", "tcp:x", "udp:1"])
def test_other_ends_are_refused(listen: str) -> None:
    assert main.main(["devices", "simulate", "idcard", "--listen", listen]) == 2
