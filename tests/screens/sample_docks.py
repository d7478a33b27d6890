"""Docks of the sample pages."""

from __future__ import annotations

from kiosk.pages.page import (
    ButtonStyle,
    Choice,
)
from kiosk.pages.press import Press

REPEAT = Choice(Press.REPEAT, "再听", icon="speaker-high")
LARGER = Choice(Press.LARGER, "大字", icon="text-size")
HELP = Choice(Press.HELP, "帮忙", tone=ButtonStyle.HELP, icon="headset")
QUIT = Choice(Press.QUIT, "退出", icon="sign-out")
BACK = Choice(Press.BACK, "返回", icon="arrow-left")
DOCK = (QUIT, BACK, REPEAT, LARGER, HELP)
DOCK_AT_END = (None, None, REPEAT, LARGER, HELP)
DOCK_IDLE = (
    Choice(Press.STAFF, "员工", icon="identification-badge"),
    None,
    REPEAT,
    LARGER,
    Choice(Press.PHONE, "电话", icon="phone"),
)
