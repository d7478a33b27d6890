"""`script/package image`: a bootable Debian 13 with the terminal on it, for a disk or a stick.

Two partitions are written: the boot loader's, and a root that is mounted read-only. The third, with
the state, is made and encrypted by the machine itself at its first start: prepare-data of
deploy/image.
Where packages come from says apt of this machine; mmdebstrap has to run as root.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.progress import ProgressLine

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "deploy" / "image"
SUITE = "trixie"
MIB = 1024 * 1024
BOOT_MIB, ROOT_MIB, FREE_MIB, EDGE_MIB = 256, 4096, 2048, 1
LOADERS = {
    "amd64": ("systemd-bootx64.efi", "BOOTX64.EFI"),
    "arm64": ("systemd-bootaa64.efi", "BOOTAA64.EFI"),
}
ESP = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
ROOTS = {
    "amd64": "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
    "arm64": "B921B045-1DF0-41C3-AF44-4C6F280D3FAE",
}
"""Types of the root (Discoverable Partitions Specification). The data partition has another one:
systemd-repart grows what it finds of the type that it is to make."""
ROOT_LABEL = "kiosk-root"
COMMAND_LINE = f"root=PARTLABEL={ROOT_LABEL} ro quiet"
INCLUDED = (
    "linux-image-{arch}", "initramfs-tools", "systemd-sysv", "systemd-boot-efi", "systemd-repart",
    "systemd-cryptsetup", "systemd-resolved", "cryptsetup-bin", "libtss2-esys-3.0.2-0t64",
    "libtss2-rc0t64", "libtss2-tcti-device0t64", "dbus", "udev", "kmod", "util-linux", "fdisk",
    "e2fsprogs", "dosfstools", "iproute2", "chrony", "ca-certificates", "locales-all", "zstd",
)  # fmt: skip
NEEDED = ("mmdebstrap", "sfdisk", "mkfs.ext4", "mkfs.vfat", "mcopy", "mmd")
SITE = """# Code, point and model of this terminal come by its card; here stands the rest.
[terminal]
assigned = "/var/lib/retirement-kiosk/assigned.toml"

[central]
url = "{url}"
authority = "/etc/retirement-kiosk/authority.crt"
"""
READ_BY_ALL = 0o644
LOADER_SETTINGS = """default kiosk.conf
# A scanner that types, or a finger on a keyboard, must not leave the machine in a menu.
timeout menu-disabled
editor no
"""
WIRED = """[Match]
Name=en* eth*

[Network]
DHCP=yes
"""


@dataclass(frozen=True)
class ImagePlan:
    """What an image is made of: the terminal's package, its control room, the kernel's words.

    `repository`: the package with address and key of the signed repository; without it no update
    comes. `rules`: which device of this model is the scanner, and so on (59-kiosk-site.rules).
    """

    package: Path
    arch: str
    url: str
    authority: Path
    command_line: str
    repository: Path | None = None
    rules: Path | None = None

    @property
    def packages(self) -> tuple[Path, ...]:
        """Return the packages that are installed besides Debian's own."""
        return tuple(filter(None, (self.package, self.repository)))


def main(words: list[str]) -> int:
    """Make an image; return the exit code."""
    options = _options(words)
    if lacking := [one for one in NEEDED if shutil.which(one) is None]:
        print(
            f"missing on this machine: {', '.join(lacking)}; "
            "install mmdebstrap fdisk e2fsprogs dosfstools mtools",
            file=sys.stderr,
        )
        return 1
    if os.geteuid() != 0:
        print("an image is made by root: mmdebstrap makes files of other accounts", file=sys.stderr)
        return 1
    extra = " ".join(filter(None, (COMMAND_LINE, options.kernel)))
    files = (options.package, options.authority, options.repository, options.rules)
    package, authority, repository, rules = (one and one.resolve() for one in files)
    plan = ImagePlan(package, options.arch, options.url, authority, extra, repository, rules)
    with tempfile.TemporaryDirectory(prefix="kiosk-image-") as folder:
        make_image(plan, options.to.resolve(), Path(folder))
    print(options.to)
    return 0


def make_image(plan: ImagePlan, to: Path, folder: Path) -> None:
    """Write the image of `plan` to a new file; `folder` is for what is in the making."""
    root = folder / "root"
    with ProgressLine(str(to), 4) as line:
        line.begin("system")
        make_root(plan, root, folder)
        line.step("system")
        line.begin("boot partition")
        boot = boot_partition(plan, root, folder)
        line.step("boot partition")
        line.begin("root partition")
        system = root_partition(root, folder)
        line.step("root partition")
        line.begin("disk")
        write_disk(to, boot, system, plan.arch)
        line.step("disk")


def make_root(plan: ImagePlan, root: Path, folder: Path) -> None:
    """Install the system and the terminal's package into the folder `root`."""
    packages = ",".join(one.format(arch=plan.arch) for one in INCLUDED)
    acquire = folder / "acquire.conf"
    said = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout
    acquire.write_text(
        "".join(f"{one}\n" for one in said.splitlines() if one.startswith("Acquire::"))
    )
    tools = [
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        "--dpkgopt=force-unsafe-io",
        f"--architectures={plan.arch}",
    ]
    tools += [f"--include={packages}", f"--aptopt={acquire}", *_keyrings()]
    tools += [f"--customize-hook={one}" for one in own_packages(plan)]
    subprocess.run(
        [*tools, SUITE, str(root), *map(str, own_sources(folder))], check=True, stdout=sys.stderr
    )
    dress(plan, root)


def own_packages(plan: ImagePlan) -> Iterator[str]:
    """Yield the hooks that install what is not Debian's, and keep the way back of an update."""
    inside = " ".join(f"/root/{one.name}" for one in plan.packages)
    yield f"copy-in {' '.join(map(str, plan.packages))} /root"
    yield f'chroot "$1" apt-get install -y --no-install-recommends {inside}'
    yield f'chroot "$1" retirement-kiosk-update keep /root/{plan.package.name}'
    yield "rm " + " ".join(f'"$1/root/{one.name}"' for one in plan.packages)


def _keyrings() -> Iterator[str]:
    for path in ("auth.conf", "auth.conf.d", "keyrings", "trusted.gpg.d"):
        if (Path("/etc/apt") / path).exists():
            yield f'--setup-hook=mkdir -p "$1/etc/apt" && cp -a /etc/apt/{path} "$1/etc/apt/"'


def own_sources(folder: Path) -> list[Path]:
    """Return files with this machine's own sources of the suite, copied into `folder`."""
    found = []
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        if path.is_file() and SUITE in (text := path.read_text("utf-8")) and "file:" not in text:
            copied = folder / (
                path.name if path.suffix in (".list", ".sources") else f"{path.name}.list"
            )
            copied.write_text(text, "utf-8")
            found.append(copied)
    return found


def dress(plan: ImagePlan, root: Path) -> None:
    """Put the image's own parts into `root`: data partition, network, settings, first start."""
    image = root / "usr/lib/retirement-kiosk/image"
    image.mkdir(parents=True)
    for name in ("prepare-data", "50-data.conf"):
        shutil.copy(PARTS / name, image / name)
    shutil.copy(PARTS / "kiosk-data.service", root / "usr/lib/systemd/system")
    shutil.copy(PARTS / "dpkg-hooks", root / "etc/dpkg/dpkg.cfg.d/retirement-kiosk-image")
    write_settings(plan, root / "etc")
    enabled = (
        "kiosk-data.service",
        "kiosk-first-start.service",
        "systemd-networkd.service",
        "systemd-resolved.service",
    )
    subprocess.run(["systemctl", f"--root={root}", "--quiet", "enable", *enabled], check=True)
    subprocess.run(
        ["systemctl", f"--root={root}", "--quiet", "set-default", "graphical.target"], check=True
    )
    subprocess.run(
        ["systemctl", f"--root={root}", "--quiet", "mask", "systemd-firstboot.service"], check=True
    )


def write_settings(plan: ImagePlan, etc: Path) -> None:
    """Write what all terminals of this image share; every account there can read it.

    It has neither the mode of a file that was given nor that of the caller's umask: the kiosk's
    account has to read the authority's certificate, and the network's the network.
    """
    settings = etc / "retirement-kiosk"
    written = {
        settings / "site.toml": SITE.format(url=plan.url).encode(),
        settings / "authority.crt": plan.authority.read_bytes(),
        etc / "systemd/network/80-wired.network": WIRED.encode(),
        etc
        / "fstab": b"# The root is read-only, the rest is laid over it by kiosk-data.service.\n",
        etc / "machine-id": b"",  # each machine makes its own at its first start
        etc / "hostname": b"kiosk\n",
    }
    if plan.rules:
        written[etc / "udev/rules.d/59-kiosk-site.rules"] = plan.rules.read_bytes()
    for path, content in written.items():
        path.write_bytes(content)
        path.chmod(READ_BY_ALL)


def boot_partition(plan: ImagePlan, root: Path, folder: Path) -> Path:
    """Return the boot loader's partition as a file: systemd-boot, kernel, initramfs, one entry."""
    made, loader = folder / "boot.img", LOADERS[plan.arch]
    made.touch()
    os.truncate(made, BOOT_MIB * MIB)
    subprocess.run(
        ["mkfs.vfat", "-F", "32", "-n", "KIOSKBOOT", str(made)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    entry, settings = folder / "kiosk.conf", folder / "loader.conf"
    entry.write_text(
        "title Retirement kiosk\nlinux /kiosk/linux\ninitrd /kiosk/initrd\n"
        f"options {plan.command_line}\n"
    )
    settings.write_text(LOADER_SETTINGS)
    (kernel,) = (root / "boot").glob("vmlinuz-*")
    (initrd,) = (root / "boot").glob("initrd.img-*")
    files = {
        root / "usr/lib/systemd/boot/efi" / loader[0]: f"::EFI/BOOT/{loader[1]}",
        settings: "::loader/loader.conf",
        entry: "::loader/entries/kiosk.conf",
        kernel: "::kiosk/linux",
        initrd: "::kiosk/initrd",
    }
    subprocess.run(
        ["mmd", "-i", str(made), "::EFI", "::EFI/BOOT", "::loader", "::loader/entries", "::kiosk"],
        check=True,
    )
    for source, target in files.items():
        subprocess.run(["mcopy", "-i", str(made), str(source), target], check=True)
    return made


def root_partition(root: Path, folder: Path) -> Path:
    """Return the root's partition as a file."""
    made = folder / "root.img"
    made.touch()
    os.truncate(made, ROOT_MIB * MIB)
    words = ["mkfs.ext4", "-q", "-L", ROOT_LABEL, "-m", "1", "-d", str(root), str(made)]
    subprocess.run(words, check=True)
    return made


def write_disk(to: Path, boot: Path, system: Path, arch: str) -> None:
    """Write the table and both partitions into a new file `to`, with room for the third one.

    `boot`, `system`: files with their content; `arch` is Debian's word.
    """
    to.touch()
    os.truncate(to, (2 * EDGE_MIB + BOOT_MIB + ROOT_MIB + FREE_MIB) * MIB)
    table = (
        "label: gpt\n"
        f"start={EDGE_MIB}MiB, size={BOOT_MIB}MiB, type={ESP}, name=kiosk-boot\n"
        f"start={EDGE_MIB + BOOT_MIB}MiB, size={ROOT_MIB}MiB, type={ROOTS[arch]}, "
        f"name={ROOT_LABEL}\n"
    )
    subprocess.run(["sfdisk", "--quiet", str(to)], input=table, text=True, check=True)
    for source, start in ((boot, EDGE_MIB), (system, EDGE_MIB + BOOT_MIB)):
        words = [
            "dd",
            f"if={source}",
            f"of={to}",
            "bs=1M",
            f"seek={start}",
            "conv=notrunc,sparse",
            "status=none",
        ]
        subprocess.run(words, check=True)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/package image", description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="retirement-kiosk_….deb")
    parser.add_argument("--url", required=True, help="address of the control room")
    parser.add_argument("--authority", type=Path, required=True, help="its authority.crt")
    parser.add_argument("--repository", type=Path, help="retirement-kiosk-repository_….deb")
    parser.add_argument("--rules", type=Path, help="59-kiosk-site.rules of this model")
    parser.add_argument("--arch", choices=sorted(LOADERS), default="amd64")
    parser.add_argument("--kernel", default="", help="more words for the kernel, as console=ttyS0")
    parser.add_argument("--to", type=Path, required=True, help="the new file")
    options = parser.parse_args(words)
    for path in (options.package, options.authority, options.repository, options.rules):
        if path and not path.is_file():
            parser.error(f"{path}: no such file")
    if options.to.exists():
        parser.error(f"{options.to}: is there already and was left as it is")
    return options
