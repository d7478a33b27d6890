"""A terminal that is a virtual machine: its disk, its TPM, its scanner, its screen, its power."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from script.benches.machine.room_processes import HOST_NAME
from script.benches.machine.virtual.guest_shell import GuestShell
from script.benches.machine.virtual.screen import VirtualScreen
from script.benches.machine.virtual.software_tpm import software_tpm
from script.packaging.virtual_machine import VirtualMachine, booted

HOST_SEEN = "10.0.2.2"
"""Where QEMU's network for users shows the host's loopback."""
HOSTS_LINE = f"w+ /etc/hosts - - - - {HOST_SEEN} {HOST_NAME}\\n"
HOSTS = base64.b64encode(HOSTS_LINE.encode()).decode()
HOSTS_WORDS = f"type=11,value=io.systemd.credential.binary:tmpfiles.extra={HOSTS}"
DATA_READY = "kiosk-data: ready, encryption: "
FIRST_START = "retirement-kiosk: first start"
WAITS_FOR_CARD = "first start waits for its card"


@dataclass
class VirtualTerminal:
    """A running terminal."""

    machine: VirtualMachine
    screen: VirtualScreen
    shell: GuestShell
    gun: Path

    def hold_card(self, card: str) -> None:
        """Hold a card to the scanner: its code and a carriage return come over the serial line."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.gun))
            line.sendall(f"{card}\r".encode())


@contextmanager
def powered(
    disk: Path, folder: Path, tpm: Path | None = None, more: Sequence[str] = ()
) -> Iterator[VirtualTerminal]:
    """Switch a terminal on; its power is cut at the end.

    `folder` is for its lines and pictures, `tpm` the state of its TPM (None: it has none), `more`
    are further words for QEMU, as a stick.
    """
    screen, shell, gun = VirtualScreen(folder), GuestShell(folder / "shell.sock"), folder / "gun"
    with ExitStack() as opened:
        chip = opened.enter_context(software_tpm(tpm, folder)) if tpm else []
        words = [*screen.words(), *shell.words(), *_scanner(gun), *chip, *more]
        # The name of the control room: what a point's own name server tells elsewhere.
        machine = opened.enter_context(booted(disk, folder, [*words, "-smbios", HOSTS_WORDS]))
        yield VirtualTerminal(machine, screen, opened.enter_context(shell), gun)


def _scanner(gun: Path) -> list[str]:
    """Return QEMU's words for a serial scanner behind a USB bridge, whose line is a socket."""
    return [
        *(
            "-device",
            "qemu-xhci,id=usb",
            "-chardev",
            f"socket,id=gun,path={gun},server=on,wait=off",
        ),
        *("-device", "usb-serial,chardev=gun,bus=usb.0,port=2,always-plugged=on"),
    ]
