"""What must a technician do about a device's failure? One or two Chinese sentences each."""

from __future__ import annotations

from types import MappingProxyType

from kiosk.failures import Failure

CURES = MappingProxyType(
    {
        Failure.CARD_MOVED: "没读完：证拿开早了。请放平别动，再试一次。",
        Failure.CARD_NOT_IDENTITY: "不是身份证（是银行卡或旧卡）。请放二代身份证。",
        Failure.CARD_REFUSED: "没读出来。请擦一擦，拿开后翻个面再放；再不行可能是假证。",
        Failure.CARD_REFUSED_AGAIN: "安全模块两次不认这张证，请到窗口核验。",
        Failure.CARD_LEFT: "请先把卡拿开再放。",
        Failure.CARD_DAMAGED: "芯片里的资料不对，证坏了。请到窗口办理。",
        Failure.CARD_UNKNOWN_KIND: "不认识这种证件，请到窗口办理。",
        Failure.READER_LOST: (
            "读卡器没反应。请查电源和数据线；地址用 /dev/serial/by-id 下的名字；刚插上时"
            ' ModemManager 会占用约 10 秒，可加 udev 规则 ENV{ID_MM_DEVICE_IGNORE}="1"；'
            "CH340、CP210x 还要卸载 brltty。"
        ),
        Failure.READER_BUSY: "别的程序正占着这个端口。请关掉它（fuser 可以查），再试一次。",
        Failure.READER_FORBIDDEN: (
            "没有权限打开端口。请把运行程序的用户加入 dialout 组，重新登录；"
            "USB 直连的要加 udev 规则。"
        ),
        Failure.READER_SWAPPED: "这不是登记的那台读卡器。请核对安全模块号，改 sam_number。",
        Failure.READER_FAULT: "读卡器自检没通过或不认命令。请断电重插；还不行就换一台。",
        Failure.READER_NOT_LICENSED: "读卡器的安全模块没有授权（66）。请找厂家。",
    }
)


def cure(failure: Failure) -> str:
    """Return what to do; the failure's name where there is nothing to add."""
    return CURES.get(failure, failure.value)
