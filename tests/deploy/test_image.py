"""`script/package image`: wrong words have sentences, and the disk has its two partitions."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("name", ["package", "authority"])
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
    said = (image.PARTS / "53retirement-kiosk-image").read_text("utf-8")
    assert "remount,rw /" in said
    assert "remount,ro /" in said


def test_nothing_of_the_terminal_is_in_an_image() -> None:
    """Code, point and model come by the card alone."""
    site = image.SITE.format(url="https://central.example.invalid")
    assert "assigned" in site
    assert "code =" not in site
    assert "point =" not in site
