"""`script/package image`: wrong words have sentences, and the disk has its two partitions."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from script.benches.machine.virtual.media import partition_start, replace_files
from script.packaging import image

LACKING = [
    one for one in ("sfdisk", "mkfs.ext4", "mkfs.vfat", "mcopy", "mmd") if not shutil.which(one)
]
needs_tools = pytest.mark.skipif(bool(LACKING), reason=f"not on this machine: {', '.join(LACKING)}")


def words(folder: Path, **changes: str) -> list[str]:
    for name in ("a.deb", "authority.crt"):
        (folder / name).write_text(name)
    said = {
        "package": str(folder / "a.deb"),
        "url": "https://central.example.invalid",
        "authority": str(folder / "authority.crt"),
        "to": str(folder / "kiosk.img"),
        **changes,
    }
    return [part for name, value in said.items() for part in (f"--{name}", value)]


@pytest.mark.parametrize("name", ["package", "authority", "repository", "rules"])
def test_what_is_not_there_is_named(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        image.main(words(tmp_path, **{name: "/nowhere/x"}))
    assert "/nowhere/x: no such file" in capsys.readouterr().err


def test_an_image_that_is_there_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kiosk.img").write_text("old")
    with pytest.raises(SystemExit):
        image.main(words(tmp_path))
    assert "is there already and was left as it is" in capsys.readouterr().err
    assert (tmp_path / "kiosk.img").read_text() == "old"


def test_missing_programs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert image.main(words(tmp_path)) == 1
    assert "mmdebstrap" in capsys.readouterr().err
    assert not (tmp_path / "kiosk.img").exists()


@needs_tools
def test_the_disk_has_loader_kernel_and_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    for path, text in (
        ("boot/vmlinuz-6", "kernel"),
        ("boot/initrd.img-6", "initrd"),
        ("usr/lib/systemd/boot/efi/systemd-bootx64.efi", "loader"),
        ("etc/hello", "root"),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    monkeypatch.setattr(image, "ROOT_MIB", 16)
    monkeypatch.setattr(image, "BOOT_MIB", 64)
    plan = image.ImagePlan(
        tmp_path, "amd64", "https://a.b", tmp_path, "root=PARTLABEL=kiosk-root ro"
    )
    boot = image.boot_partition(plan, root, tmp_path)
    disk = tmp_path / "kiosk.img"
    image.write_disk(disk, boot, image.root_partition(root, tmp_path), "amd64")
    table = subprocess.run(["sfdisk", "--dump", disk], check=True, capture_output=True, text=True)
    assert 'name="kiosk-boot"' in table.stdout
    assert 'name="kiosk-root"' in table.stdout
    wanted = (image.PARTS / "50-data.conf").read_text("utf-8")
    assert "Type=linux-generic" in wanted  # repart grows a partition of the type that it makes
    assert "0FC63DAF-8483-4772-8E79-3D69D8477DE4" not in table.stdout
    entry = subprocess.run(
        ["mtype", "-i", boot, "::loader/entries/kiosk.conf"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "options root=PARTLABEL=kiosk-root ro" in entry
    assert disk.stat().st_blocks * 512 < disk.stat().st_size  # sparse


def test_the_kernel_mounts_the_root_read_only() -> None:
    assert " ro " in image.COMMAND_LINE


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="not on this machine: dpkg-deb")
@pytest.mark.parametrize("is_whole", [True, False])
def test_dpkg_itself_may_write_the_root_while_it_works(tmp_path: Path, is_whole: bool) -> None:
    """The updater goes back by dpkg alone: under hooks of apt a broken program stayed for ever."""
    package = tmp_path / "a.deb"
    make_package(tmp_path, package)
    if not is_whole:
        package.write_bytes(package.read_bytes()[:-40])
    root, said = tmp_path / "root", tmp_path / "said"
    for name in ("info", "updates"):
        (root / "var/lib/dpkg" / name).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    shutil.copy(image.PARTS / "dpkg-hooks", tmp_path / ".dpkg.cfg")
    for name in ("mount", "sync"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/sh\necho {name} $* >>{said}\ncat {root}/x >>{said} || true\n")
        tool.chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}:/usr/sbin:/sbin"
    words = ["dpkg", "--force-not-root", f"--root={root}", "--force-script-chrootless"]
    done = subprocess.run(
        [*words, "-i", str(package)],
        env={**os.environ, "HOME": str(tmp_path), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is is_whole, done.stderr
    lines = said.read_text().splitlines()
    assert lines[0] == "mount -o remount,rw /"
    assert lines[-2 if is_whole else -1] == "mount -o remount,ro /"
    assert ("x of the package" in lines) is is_whole  # written between the two


def make_package(folder: Path, package: Path) -> None:
    """Make a package with the one file /x."""
    tree = folder / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "x").write_text("x of the package\n")
    (tree / "DEBIAN/control").write_text(
        "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.invalid>\n"
        "Description: a\n"
    )
    words = ["dpkg-deb", "--root-owner-group", "-b", str(tree), str(package)]
    subprocess.run(words, check=True, capture_output=True)


def test_no_key_leaves_the_machine_in_the_loaders_menu() -> None:
    """A line on a serial console did: the firmware took it for keys, and the menu waited."""
    assert "\ntimeout menu-disabled\n" in image.LOADER_SETTINGS
    assert "\neditor no\n" in image.LOADER_SETTINGS


def test_nothing_of_the_terminal_is_in_an_image() -> None:
    """Code, point and model come by the card alone."""
    site = image.SITE.format(url="https://central.example.invalid")
    assert "assigned" in site
    assert "code =" not in site
    assert "point =" not in site


def test_every_account_of_the_terminal_reads_its_settings(tmp_path: Path) -> None:
    """A certificate that only root can read kept a whole batch from ever starting."""
    given, etc = tmp_path / "given", tmp_path / "etc"
    given.write_text("given")
    given.chmod(0o600)
    for folder in ("retirement-kiosk", "systemd/network", "udev/rules.d"):
        (etc / folder).mkdir(parents=True)
    before = os.umask(0o077)
    try:
        plan = image.ImagePlan(given, "amd64", "https://a.b", given, "ro", rules=given)
        image.write_settings(plan, etc)
    finally:
        os.umask(before)
    files = [path for path in etc.rglob("*") if path.is_file()]
    assert etc / "retirement-kiosk/authority.crt" in files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}


def test_what_comes_by_a_package_is_installed_and_the_way_back_kept(tmp_path: Path) -> None:
    """Without the repository's package no update comes; without the way back none is begun."""
    parts = [tmp_path / name for name in ("a.deb", "repository.deb")]
    plan = image.ImagePlan(parts[0], "amd64", "https://a.b", tmp_path, "ro", parts[1])
    said = list(image.own_packages(plan))
    assert said[0] == f"copy-in {parts[0]} {parts[1]} /root"
    assert said[1].endswith("/root/a.deb /root/repository.deb")
    assert said[2].endswith("retirement-kiosk-update keep /root/a.deb")
    assert said[3] == 'rm "$1/root/a.deb" "$1/root/repository.deb"'


@needs_tools
@pytest.mark.skipif(not shutil.which("debugfs"), reason="not on this machine: debugfs")
def test_a_file_of_a_finished_disk_can_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bench gives one image to several control rooms."""
    root, boot, disk = tmp_path / "root", tmp_path / "boot.img", tmp_path / "kiosk.img"
    (root / "etc").mkdir(parents=True)
    (root / "etc/old").write_text("old")
    (root / "etc/old").chmod(0o600)
    boot.write_bytes(b"")
    monkeypatch.setattr(image, "ROOT_MIB", 16)
    monkeypatch.setattr(image, "BOOT_MIB", 1)
    image.write_disk(disk, boot, image.root_partition(root, tmp_path), "amd64")
    replace_files(disk, {"/etc/old": b"new", "/etc/more": b"more"}, tmp_path)
    at = f"{disk}?offset={partition_start(disk)}"
    for name, wanted in (("old", "new"), ("more", "more")):
        words = ["debugfs", "-R", f"cat /etc/{name}", at]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        assert done.stdout == wanted
    stat = subprocess.run(
        ["debugfs", "-R", "stat /etc/old", at], check=True, capture_output=True, text=True
    )
    assert "Mode:  0644" in stat.stdout
