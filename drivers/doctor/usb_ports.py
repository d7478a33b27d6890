"""The check that USBGuard's policy is in force, so that not every USB device can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from drivers.doctor.finding import Finding, good, warning
from drivers.doctor.machine import HostProbe
from drivers.stable_names import word_in

WHAT = "USB 插口"
DEVICES = "/sys/bus/usb/devices"
POLICY = "/etc/retirement-kiosk/usb-rules.conf"
DAEMON = "usbguard-daemon"
ALL_IN = "1"  # Documentation/usb/authorization.rst of the kernel: new devices may be used
SET_UP = "全部设备插好以后，请运行 retirement-kiosk-usbguard on"
RESUME = "请运行 retirement-kiosk-usbguard resume，或重新开机；不行就看 journalctl -u usbguard"


def check_usb_ports(host: HostProbe) -> Iterator[Finding]:
    """Yield whether new USB devices are kept off; nothing on a machine without USB.

    The daemon may be hidden from the service's account, so its setting in the kernel counts, too.
    """
    folder = host.at(DEVICES)
    hubs = [word_in(one) for one in sorted(folder.glob("usb*/authorized_default"))]
    if not hubs:
        return
    if host.runs(DAEMON) or ALL_IN not in hubs:
        blocked = "、".join(_blocked(folder))
        yield good(WHAT, f"锁着，挡住了 {blocked}" if blocked else "锁着")
    elif host.at(POLICY).exists():
        yield warning(WHAT, "规则做过，现在没有锁，插上什么都能用", RESUME)
    else:
        yield warning(WHAT, "没有锁，插上什么都能用", SET_UP)


def _blocked(folder: Path) -> Iterator[str]:
    """Yield place and ids of each device that may not be used."""
    for path in sorted(folder.glob("[0-9]*/authorized")):
        device = path.parent
        if ":" not in device.name and word_in(path) == "0":
            ids = (word_in(device / name) for name in ("idVendor", "idProduct"))
            yield f"{device.name}（{':'.join(ids)}）"
