"""Disks of `script/bench boot`: an image made once, other files in it, and the stick."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from script.benches.machine.virtual.guest_shell import DEBUG_SHELL
from script.packaging import image

SOFTWARE = "systemd.setenv=WLR_RENDERER=pixman"
"""Without it cage drew two tiles of 64 px by llvmpipe on an emulated processor, and no more."""
CONSOLE = f"console=ttyS0 systemd.journald.forward_to_console=1 loglevel=4 {DEBUG_SHELL} {SOFTWARE}"
KEY_BYTES, STICK_MIB = 64, 34
SITE_RULES = """# The scanner of the bench's machine: a serial bridge at this port of its USB.
SUBSYSTEM=="tty", IMPORT{builtin}="path_id"
SUBSYSTEM=="tty", ENV{ID_PATH}=="*-usb-0:2:1.0", ENV{KIOSK_DEVICE}="scanner"
"""
ROOT_PARTITION = 2


@dataclass(frozen=True)
class ImageParts:
    """What the image is made of; `repository` is the package with its address and key."""

    package: Path
    repository: Path
    url: str
    authority: Path


def make_image(parts: ImageParts, folder: Path) -> Path:
    """Make the image by the command that makes all images; return its file."""
    disk, rules = folder / "kiosk.img", folder / "59-kiosk-site.rules"
    rules.write_text(SITE_RULES)
    words = ["--package", str(parts.package), "--repository", str(parts.repository)]
    words += ["--url", parts.url, "--authority", str(parts.authority), "--rules", str(rules)]
    code = image.main([*words, "--kernel", CONSOLE, "--to", str(disk)])
    if code != 0:
        raise SystemExit(code)
    return disk


def replace_files(disk: Path, files: Mapping[str, bytes], folder: Path) -> None:
    """Put other content into files of a disk's root; their owner and mode are root's and 0644."""
    at = partition_start(disk)
    lines = []
    for number, (path, content) in enumerate(files.items()):
        source = folder / f"replaced-{number}"
        source.write_bytes(content)
        lines += [f"rm {path}", f"write {source} {path}"]
        lines += [f"set_inode_field {path} {name} {value}" for name, value in _AS_ROOT.items()]
    script = folder / "debugfs.txt"
    script.write_text("\n".join(lines) + "\n")
    words = ["debugfs", "-w", "-f", str(script), f"{disk}?offset={at}"]
    subprocess.run(words, check=True, capture_output=True)


_AS_ROOT = {"mode": "0100644", "uid": "0", "gid": "0"}


def partition_start(disk: Path, number: int = ROOT_PARTITION) -> int:
    """Return where a partition of a raw disk begins, in bytes."""
    words = ["sfdisk", "--json", str(disk)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    table = json.loads(done.stdout)["partitiontable"]
    return int(table["partitions"][number - 1]["start"]) * int(table["sectorsize"])


def make_stick(folder: Path) -> Path:
    """Make the stick with the key of the data partition."""
    stick, key = folder / "stick.img", folder / "kiosk-data.key"
    key.write_bytes(os.urandom(KEY_BYTES))
    stick.touch()
    os.truncate(stick, STICK_MIB * image.MIB)
    quiet = subprocess.DEVNULL
    subprocess.run(["mkfs.vfat", "-n", "KIOSKKEY", str(stick)], check=True, stdout=quiet)
    subprocess.run(["mcopy", "-i", str(stick), str(key), "::kiosk-data.key"], check=True)
    return stick


def drive(stick: Path) -> list[str]:
    """Return the words for QEMU that put the stick in."""
    return ["-drive", f"if=virtio,format=raw,file={stick}"]
