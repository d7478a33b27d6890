"""Reading photographed papers in a process of its own: fields, time and memory.

Each paper has invented values; it is photographed on a desk in turn, found, straightened and read.
`fields.not_right` counts values that are not read exactly, QR codes among them; `checked.wrong`
those that passed a check of their own and are wrong all the same, `lying.wrong` papers that were
set another way than upright: none may. Times are CPU seconds of the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import cv2
import numpy as np
import psutil
from stdnum import luhn

from drivers.papers.quarter_turns import turned
from drivers.papers.reading.reader_process import ReaderProcess
from drivers.papers.sheet_finder import find_sheet, straighten
from drivers.registry import make_text_reader
from drivers.simulated.bench import first_font
from drivers.simulated.scenes.paper_kinds import DrawnPaper, PaperKind, draw_paper
from kiosk.paper_text import PaperText
from kiosk.people.id_number import check_digit
from script.benches.figures import BenchFigure, Report
from script.benches.papers.coded_papers import coded, qr_picture
from script.benches.papers.photographs import GOOD, SURFACES, draw_specimen
from wiring import places

SEED = 90_417
TODAY = date(2026, 11, 29)
QUICK, WHOLE = 8, 60
CODES = {
    PaperKind.CERTIFICATE: "P2",
    PaperKind.REGISTER: "A2",
    PaperKind.BANK_CARD: "P3",
    PaperKind.A4: "P5",  # of which only a QR code is read
}
TURNS = (0, 0, 0, 2, 0, 2, 0, 0, 1, 3)  # quarter turns by which papers lie wrong
GIVEN = "秀英兰芳建国志强玉梅德胜春花永福淑珍"
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高"
Values = Mapping[str, str]


@dataclass
class ReadingTally:
    """What became of the papers that were read; times in CPU seconds of the process."""

    fields: int = 0
    right: int = 0
    checked_wrong: int = 0
    lying_wrong: int = 0
    spent: list[float] = field(default_factory=list)
    most_memory: float = 0.0

    def judge(self, kind: PaperKind, text: PaperText, values: Values) -> None:
        """Count the fields of one paper that has these values."""
        found = {one.name: one for one in text.fields}
        self.fields += len(values)
        for name, value in values.items():
            is_right = name in found and found[name].value == value
            self.right += is_right
            self.checked_wrong += name in found and found[name].is_checked and not is_right
            if not is_right:
                print(f"  {kind}: {name} {value} read as {found.get(name)}", flush=True)

    def weigh(self, worker: psutil.Process) -> None:
        """Count time and memory of the process since the paper before."""
        times = worker.cpu_times()
        self.spent.append(times.user + times.system - sum(self.spent))
        self.most_memory = max(self.most_memory, worker.memory_info().rss / 2**20)


def measure(*, quick: bool) -> Report:
    """Read drawn papers, one kind after the other, some of them upside down or on their side."""
    reader, tally = make_text_reader(places.ASSETS / "models", places.CONFIG), ReadingTally()
    for number in range(QUICK if quick else WHOLE):
        random = np.random.default_rng([SEED, number])
        kind, turns = tuple(CODES)[number % len(CODES)], TURNS[number % len(TURNS)]
        instead, values = _invented(kind, random)
        paper = draw_paper(kind, first_font(places.ASSETS / "fonts"), instead)
        if "qr_code" in values:
            paper = coded(paper, qr_picture(values["qr_code"]))
        text = _read(reader, kind, turned(_photograph(kind, number, paper, random), turns))
        tally.judge(kind, text, values)
        tally.weigh(_worker())
        if (text.quarter_turns + turns) % 4:
            tally.lying_wrong += 1
            print(f"  {kind}: {turns} quarter turns, set by {text.quarter_turns}", flush=True)
    reader.end()
    left = sum("spawn_main" in str(one.cmdline()) for one in psutil.Process().children())
    return Report(
        "reading", dict(_figures(tally)) | {"process.left": BenchFigure(left, "processes", 0)}
    )


def _figures(tally: ReadingTally) -> Iterator[tuple[str, BenchFigure]]:
    not_right = 100 * (1 - tally.right / tally.fields)
    yield "fields.not_right", BenchFigure(not_right, "%", 2)
    yield "checked.wrong", BenchFigure(tally.checked_wrong, "fields", 0)
    yield "fields", BenchFigure(tally.fields, "fields")
    yield "lying.wrong", BenchFigure(tally.lying_wrong, "papers", 0)
    yield "papers", BenchFigure(len(tally.spent), "papers")
    yield "paper.p95", BenchFigure(float(np.percentile(tally.spent[1:], 95)), "CPU s", 3)
    yield "process.memory", BenchFigure(tally.most_memory, "MiB", 800)


def _photograph(
    kind: PaperKind, number: int, paper: DrawnPaper, random: np.random.Generator
) -> Any:
    """Return a paper as it is cut out of a good photograph of a desk."""
    surface, disturbance = SURFACES[number % len(SURFACES)], GOOD[number % len(GOOD)]
    frame = draw_specimen(kind, surface, disturbance, random, paper).photograph.frame
    outline = find_sheet(frame)
    return frame if outline is None else straighten(frame, outline)


def _read(reader: ReaderProcess, kind: PaperKind, sheet: Any) -> PaperText:
    jpeg = bytes(cv2.imencode(".jpg", sheet)[1])
    return reader.read(jpeg, CODES[kind], TODAY, lambda: False) or PaperText()


def _worker() -> psutil.Process:
    children = psutil.Process().children(recursive=True)
    return next(one for one in children if "spawn_main" in str(one.cmdline()))


def _invented(kind: PaperKind, random: np.random.Generator) -> tuple[Values, Values]:
    """Return what stands on a paper instead of its usual words, and its values by field."""
    name, child = _name(random), _name(random)
    born = date(1964, 1, 1) + timedelta(days=int(random.integers(6000)))
    day = f"{born.year}年{born.month}月{born.day}日"
    if kind is PaperKind.CERTIFICATE:
        issued = date(1980, 1, 1) + timedelta(days=int(random.integers(9000)))
        number = f"{random.integers(10**8):08d}"
        instead = {
            "姓名　某某": f"姓名　{name}",
            "子女　某某": f"子女　{child}",
            "00000000": number,
            "1999年6月1日": f"{issued.year}年{issued.month}月{issued.day}日",
        }
        values = {"person_name": name, "child_name": child, "only_child_cert": number}
        return instead, values | {"issued_on": issued.isoformat()}
    if kind is PaperKind.REGISTER:
        body = f"341602{born:%Y%m%d}{random.integers(1000):03d}"
        number, sex = body + check_digit(body), "男" if int(body[16]) % 2 else "女"
        instead = {
            "姓名　某某": f"姓名　{name}",
            "性别　女": f"性别　{sex}",
            "1976年5月1日": day,
            "000000000000000000": number,
        }
        values = {"person_name": name, "id_number": number, "birth": born.isoformat()}
        return instead, values | {"sex": sex}
    if kind is PaperKind.A4:
        return {}, {"qr_code": f"https://office.example/check/{random.integers(10**12):012d}"}
    digits = f"6200{random.integers(10**14):014d}"
    account = digits + luhn.calc_check_digit(digits)
    spaced = " ".join(account[at : at + 4] for at in range(0, len(account), 4))
    return {"6200 0000 0000 0000": spaced}, {"account": account}


def _name(random: np.random.Generator) -> str:
    given = "".join(random.choice(list(GIVEN), size=2))
    return str(random.choice(list(FAMILY))) + given
