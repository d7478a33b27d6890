"""A virtual machine that boots an image by UEFI, and whose serial console is read.

Its processor is the machine's own (KVM) where that runs the firmware, else an emulated one (TCG),
which takes several times as long: figures say which.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

EMULATOR = "qemu-system-x86_64"
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
KVM = Path("/dev/kvm")
POLL_SECONDS = 0.2
END_SECONDS, TRIAL_SECONDS = 20.0, 60.0
FIRMWARE_SPEAKS = b"BdsDxe"
SCREEN = ("-vga", "none", "-device", "virtio-vga,xres=1080,yres=1920")
NETWORK = ("-nic", "user,model=virtio-net-pci")
"""The guest reaches the host's loopback at 10.0.2.2; nobody reaches the guest."""


def lacking() -> tuple[str, ...]:
    """Return what this machine lacks to boot an image, by the names of Debian's packages."""
    wanted = {
        "qemu-system-x86": shutil.which(EMULATOR) is not None,
        "ovmf": FIRMWARE.is_file(),
        "qemu-utils": shutil.which("qemu-img") is not None,
    }
    return tuple(name for name, is_there in wanted.items() if not is_there)


@functools.cache
def has_kvm(device: Path = KVM) -> bool:
    """Tell whether the machine's own processor runs a virtual machine: its firmware, as a trial.

    That /dev/kvm can be opened is not enough: a virtual machine within one may emulate what its
    kernel does, and know not all of a processor.
    """
    try:
        os.close(os.open(device, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    with tempfile.TemporaryDirectory(prefix="kiosk-kvm-") as folder:
        return _runs_firmware(Path(folder))


def _runs_firmware(folder: Path) -> bool:
    console, errors = folder / "console", folder / "errors"
    words = [EMULATOR, "-machine", "q35", *processor(is_kvm=True), "-m", "256", "-nic", "none"]
    words += ["-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}"]
    words += ["-display", "none", "-vga", "none", "-serial", f"file:{console}"]
    with errors.open("wb") as file:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=file)
    try:
        give_up = time.monotonic() + TRIAL_SECONDS
        while process.poll() is None and time.monotonic() < give_up:
            if console.exists() and FIRMWARE_SPEAKS in console.read_bytes():
                return True
            if b"KVM internal error" in errors.read_bytes():
                return False
            time.sleep(POLL_SECONDS)
        return False
    finally:
        process.kill()
        process.wait(END_SECONDS)


def processor(*, is_kvm: bool) -> tuple[str, ...]:
    """Return QEMU's words for the processor: the machine's own, or an emulated one."""
    if is_kvm:
        return "-accel", "kvm", "-cpu", "host"
    return "-accel", "tcg,thread=multi", "-cpu", "max"


@dataclass
class VirtualMachine:
    """One run of the machine; `console` is the file of its serial console."""

    process: subprocess.Popen[bytes]
    console: Path
    began: float = field(default_factory=time.monotonic)

    def text(self) -> str:
        """Return what the console said until now."""
        return self.console.read_text("utf-8", "replace") if self.console.exists() else ""

    def wait_for(self, words: str, seconds: float) -> float | None:
        """Return after how many seconds the console said `words`; None when not in `seconds`."""
        while time.monotonic() - self.began < seconds and self.process.poll() is None:
            if words in self.text():
                return time.monotonic() - self.began
            time.sleep(POLL_SECONDS)
        return None

    def cut_power(self) -> None:
        """End it at once, without telling the system; idempotent."""
        self.process.kill()
        self.process.wait(END_SECONDS)


@contextmanager
def booted(disk: Path, folder: Path, more: Sequence[str] = ()) -> Iterator[VirtualMachine]:
    """Boot the disk, with its firmware's variables in `folder`; its power is cut at the end.

    `disk` is raw, or an overlay (.qcow2) over one. `more` are further words for QEMU, as another
    drive, a network or a TPM.
    """
    variables = folder / "variables.fd"
    if not variables.exists():
        shutil.copy(VARIABLES, variables)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="console-", delete=False) as file:
        console = Path(file.name)
    kind = "qcow2" if disk.suffix == ".qcow2" else "raw"
    words = [EMULATOR, "-machine", "q35", *processor(is_kvm=has_kvm()), "-m", "2048", "-smp", "2"]
    words += ["-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}"]
    words += ["-drive", f"if=pflash,format=raw,file={variables}"]
    words += ["-drive", f"if=virtio,format={kind},file={disk}"]
    words += ["-display", "none", *SCREEN, "-serial", f"file:{console}", *NETWORK, *more]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    machine = VirtualMachine(process, console)
    try:
        yield machine
    finally:
        machine.cut_power()


def overlay(disk: Path, own: Path) -> Path:
    """Make the new file `own` (.qcow2), which keeps what changes on `disk`; return it."""
    own.unlink(missing_ok=True)
    words = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(disk), str(own)]
    subprocess.run(words, check=True)
    return own
