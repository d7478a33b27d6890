"""A /sys, /dev and /proc of a test's own, with what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drivers.stable_names import SystemTree


@dataclass
class Tree:
    root: Path

    def __post_init__(self) -> None:
        self.machine = SystemTree(self.root / "sys", self.root / "dev", self.root / "proc")
        for folder in (
            "sys/class/tty",
            "sys/class/video4linux",
            "sys/bus/usb/devices",
            "dev",
            "proc",
        ):
            (self.root / folder).mkdir(parents=True)

    def usb(self, place: str, ids: str, serial: str = "", words: str = "") -> Path:
        """Plug a USB device in; `ids` VVVV:PPPP."""
        device = self.root / "sys" / "devices" / place
        device.mkdir(parents=True)
        vendor, product = ids.lower().split(":")
        said = {"idVendor": vendor, "idProduct": product, "busnum": "1", "devnum": "4"}
        said |= {"serial": serial} if serial else {}
        said |= {"product": words} if words else {}
        for name, value in said.items():
            (device / name).write_text(value + "\n")
        (self.root / "sys/bus/usb/devices" / place).symlink_to(device)
        return device

    def port(self, device: Path, name: str, driver: str = "ch341-uart") -> Path:
        """Give it a serial port, and the port its node."""
        port = device / f"{device.name}:1.0" / name
        entry = port / "tty" / name
        entry.mkdir(parents=True)
        home = self.root / "sys/bus/usb-serial/drivers" / driver
        home.mkdir(parents=True, exist_ok=True)
        (port / "driver").symlink_to(home)
        (entry / "device").symlink_to(port)
        (self.root / "sys/class/tty" / name).symlink_to(entry)
        return self.node(name)

    def bridge(
        self, name: str, ids: str = "1A86:7523", serial: str = "", place: str = "1-2"
    ) -> Path:
        return self.port(self.usb(place, ids, serial, "USB Serial"), name)

    def camera(self, name: str, device: Path, index: str = "0") -> Path:
        entry = device / f"{device.name}:1.0" / "video4linux" / name
        entry.mkdir(parents=True)
        (entry / "index").write_text(index)
        (entry / "name").write_text("HD Camera")
        (entry / "device").symlink_to(device / f"{device.name}:1.0")
        (self.root / "sys/class/video4linux" / name).symlink_to(entry)
        return self.node(name)

    def node(self, name: str, mode: int = 0o660) -> Path:
        node = self.root / "dev" / name
        node.parent.mkdir(parents=True, exist_ok=True)
        node.touch()
        node.chmod(mode)
        return node

    def link(self, name: str, node: Path) -> Path:
        link = self.root / "dev" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(node)
        return link

    def program(self, number: int, name: str, *opened: Path) -> None:
        process = self.root / "proc" / str(number)
        (process / "fd").mkdir(parents=True)
        (process / "comm").write_text(name + "\n")
        for at, path in enumerate(opened):
            (process / "fd" / str(at)).symlink_to(path)
