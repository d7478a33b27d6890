"""What may be wrong with signed settings, each with its cure? And what do they consist of?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class BundleTrouble(StrEnum):
    """Why signed settings were not taken; the last good ones stay."""

    ABSENT = "absent"  # nothing is published, or the folder holds none
    UNREACHABLE = "unreachable"  # the network, or the central service
    UNREADABLE = "unreadable"  # the stick was pulled, or its folder can't be read
    INCOMPLETE = "incomplete"  # half copied: a file that is named is not there
    DAMAGED = "damaged"  # a file is not what was signed: its digest, its length, its form
    UNSIGNED = "unsigned"  # signed by no key that is trusted
    EXPIRED = "expired"
    OLDER = "older"  # than what is known already
    NO_ROOT = "no_root"  # the pinned root is missing, or is none
    DISK = "disk"  # what came can't be kept
    WRONG = "wrong"  # signed, and yet no settings for this terminal


LETTERS = "abcdefghijkmnpqrstuvwxyz"  # without digits: nothing that looks like a person's number
KEPT_WORDS = "原来的设置没有动。"
CURES: Mapping[BundleTrouble, str] = {
    BundleTrouble.ABSENT: "这里没有下发的设置，请检查路径，或请中心先发布",
    BundleTrouble.UNREACHABLE: "连不上中心，请检查网络，或用 U 盘导入",
    BundleTrouble.UNREADABLE: "U 盘读不出，请重新插好，或换一个 U 盘重新拷贝",
    BundleTrouble.INCOMPLETE: "文件不全，像是没拷完，请把整个文件夹重新拷贝",
    BundleTrouble.DAMAGED: "有文件被改动或损坏，和签名不符，请重新拷贝；再不行请告诉中心",
    BundleTrouble.UNSIGNED: "不是本机信任的密钥签的，不能用，请告诉中心；这个 U 盘不要再用",
    BundleTrouble.EXPIRED: "签名过期了，请先看本机时钟对不对，再请中心重新签发",
    BundleTrouble.OLDER: "比本机已有的旧，不能退回，请拷贝最新的",
    BundleTrouble.NO_ROOT: "本机的信任根读不出，请检查 configuration.root，或重新登记",
    BundleTrouble.DISK: "本机存不下，请检查磁盘空间和文件夹的写权限",
    BundleTrouble.WRONG: "签名没有错，但设置本身用不了，请中心改好后重新发布",
}


@dataclass(frozen=True)
class Bundle:
    """Verified layers, the weakest first, by their names; `version` counts what was published."""

    version: int
    layers: tuple[tuple[str, bytes], ...]

    @property
    def id(self) -> str:
        """Return what names just these settings: 12 letters that can be told by telephone."""
        said = hashlib.sha256()
        for name, content in self.layers:
            said.update(b"%d %s %d " % (len(name), name.encode(), len(content)) + content)
        return "".join(LETTERS[byte % len(LETTERS)] for byte in said.digest()[:12])


def layer_names(point: str, district: str) -> tuple[str, ...]:
    """Return the layers that a terminal asks for, the weakest first."""
    return ("city.toml", f"district/{district}.toml", f"point/{point}.toml")
