"""Drawn papers of nobody, in their real sizes: the four kinds that applicants bring most."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PIXELS_PER_MM: Final = 8.0
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]


class PaperKind(StrEnum):
    """The kinds of paper that can be drawn."""

    CERTIFICATE = "certificate"  # 独生子女父母光荣证
    REGISTER = "register"  # a page of the household register (户口簿)
    BANK_CARD = "bank_card"
    A4 = "a4"  # a typed certificate of an employer


@dataclass(frozen=True)
class PaperLayout:
    """The look of one kind: size in mm, colours as RGB, and its lines.

    A line is its text, the height of its letters in mm and its left upper corner in mm.
    """

    size: tuple[float, float]
    ground: Colour
    ink: Colour
    lines: tuple[tuple[str, float, float, float], ...]
    frames: tuple[tuple[float, float, float, float], ...] = ()
    frame_colour: Colour = (150, 40, 40)


_REGISTER_ROWS: Final = (
    ("姓名　某某　　　户主或与户主关系　户主", 3.6),
    ("曾用名　　　　　性别　女", 3.6),
    ("出生地　安徽省亳州市　　民族　汉族", 3.6),
    ("籍贯　安徽省亳州市　　出生日期　1976年5月1日", 3.6),
    ("公民身份号码　000000000000000000", 3.6),
    ("文化程度　高中　　婚姻状况　有配偶", 3.6),
    ("服务处所　某某有限公司　　职业　职工", 3.6),
    ("何时由何地迁来本址　久居", 3.6),
)
_A4_ROWS: Final = (
    "兹证明某某同志，女，自一九九六年三月起在本单位工作，",
    "先后从事仓库保管、质量检验等岗位，劳动关系至今存续。",
    "其人事档案由本单位保管，记载的出生日期与身份证一致。",
    "该同志在本单位期间按时缴纳养老保险和医疗保险，",
    "没有中断，没有欠缴，缴费工资由本单位如实申报。",
    "本单位对上述内容的真实性负责，愿意配合有关部门核查。",
    "特此证明，用于办理退休手续，仅供演示使用。",
    "联系人：某某　　联系电话：0558-0000000",
)
LAYOUTS: Final = {
    PaperKind.CERTIFICATE: PaperLayout(
        (86, 114),
        (238, 232, 220),
        (45, 42, 42),
        (
            ("独生子女父母光荣证", 6.5, 13, 14),
            ("姓名　某某", 5, 13, 34),
            ("子女　某某", 5, 13, 50),
            ("编号　00000000", 4.2, 13, 66),
            ("发证日期　1999年6月1日", 4.2, 13, 80),
            ("仅供演示", 4.2, 13, 94),
        ),
        ((4, 4, 82, 110),),
    ),
    PaperKind.REGISTER: PaperLayout(
        (143, 105),
        (236, 228, 206),
        (50, 48, 50),
        (
            ("常住人口登记卡", 5.5, 48, 7),
            *((text, size, 9, 18.5 + 10 * row) for row, (text, size) in enumerate(_REGISTER_ROWS)),
        ),
        tuple((6.0, 16.0 + 10 * row, 137.0, 26.0 + 10 * row) for row in range(8)),
        (120, 110, 95),
    ),
    PaperKind.BANK_CARD: PaperLayout(
        (85.6, 54),
        (58, 96, 150),
        (232, 234, 238),
        (
            ("某某银行", 5.5, 7, 6),
            ("6200 0000 0000 0000", 5.5, 7, 25),
            ("某某　有效期 08/32", 3.4, 7, 38),
            ("借记卡　仅供演示", 3.4, 50, 46),
        ),
    ),
    PaperKind.A4: PaperLayout(
        (297, 210),
        (240, 240, 238),
        (40, 40, 42),
        (
            ("工作经历证明", 9, 118, 22),
            *((text, 5, 34, 50 + 14 * row) for row, text in enumerate(_A4_ROWS)),
            ("某某有限公司　2026年11月1日", 5, 170, 176),
        ),
    ),
}


@dataclass(frozen=True)
class DrawnPaper:
    """A paper lying flat: BGR pixels at `PIXELS_PER_MM`, and the boxes of its lines in pixels."""

    picture: NDArray[np.uint8]
    lines: tuple[Box, ...]

    @property
    def corners(self) -> NDArray[np.float32]:
        """Return the four corners in pixels, clockwise from the upper left."""
        height, width = self.picture.shape[:2]
        return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def draw_paper(kind: PaperKind, font: Path) -> DrawnPaper:
    """Return a paper of a kind, written with a font that has Chinese characters."""
    layout = LAYOUTS[kind]
    size = (_pixels(layout.size[0]), _pixels(layout.size[1]))
    sheet = Image.new("RGB", size, layout.ground)
    draw = ImageDraw.Draw(sheet)
    for frame in layout.frames:
        edges = tuple(_pixels(one) for one in frame)
        draw.rectangle(edges, outline=layout.frame_colour, width=4)
    lines = []
    for text, letter, left, top in layout.lines:
        at, face = (_pixels(left), _pixels(top)), ImageFont.truetype(str(font), _pixels(letter))
        draw.text(at, text, fill=layout.ink, font=face)
        x, y, right, bottom = (int(one) for one in draw.textbbox(at, text, font=face))
        lines.append((x, y, right - x, bottom - y))
    picture: Any = cv2.cvtColor(np.asarray(sheet), cv2.COLOR_RGB2BGR)
    return DrawnPaper(picture, tuple(lines))


def blank_paper(kind: PaperKind) -> DrawnPaper:
    """Return a paper of a kind with nothing on it."""
    layout = LAYOUTS[kind]
    size = (_pixels(layout.size[1]), _pixels(layout.size[0]), 3)
    return DrawnPaper(np.full(size, layout.ground[::-1], np.uint8), ())


def _pixels(millimetres: float) -> int:
    return round(millimetres * PIXELS_PER_MM)
