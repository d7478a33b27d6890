"""Reading photographed papers in a process of its own: fields, time and memory.

Each paper has invented values; it is photographed on a desk in turn, found, straightened and read.
`fields.right` counts values that are read exactly; `checked.wrong` counts those that passed a check
of their own and are wrong all the same: none may. Times are CPU seconds of the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import cv2
import numpy as np
import psutil
from stdnum import luhn

from drivers.papers.reading.reader_process import ReaderProcess
from drivers.papers.sheet_finder import find_sheet, straighten
from drivers.registry import make_text_reader
from drivers.simulated.bench import first_font
from drivers.simulated.scenes.paper_kinds import PaperKind, draw_paper
from kiosk.paper_text import PaperText
from kiosk.people.id_number import check_digit
from script.benches.figures import BenchFigure, Report
from script.benches.papers.photographs import GOOD, SURFACES, draw_specimen
from wiring import places

SEED = 77_001
TODAY = date(2026, 11, 29)
QUICK, WHOLE = 9, 60
CODES = {PaperKind.CERTIFICATE: "P2", PaperKind.REGISTER: "A2", PaperKind.BANK_CARD: "P3"}
GIVEN = "秀英兰芳建国志强玉梅德胜春花永福淑珍"
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高"
Values = Mapping[str, str]


def measure(*, quick: bool) -> Report:
    """Read drawn papers, one kind after the other."""
    reader = make_text_reader(places.ASSETS / "models", places.CONFIG)
    right, wrong, spent, read = 0, 0, [], 0
    most, before = 0.0, 0.0
    for number in range(QUICK if quick else WHOLE):
        random = np.random.default_rng([SEED, number])
        kind = tuple(CODES)[number % len(CODES)]
        instead, values = _invented(kind, random)
        text = _read(reader, kind, number, instead, random)
        worker = _worker()
        spent.append(worker.cpu_times().user + worker.cpu_times().system - before)
        before += spent[-1]
        most = max(most, worker.memory_info().rss / 2**20)
        found = {one.name: one for one in text.fields}
        read += len(values)
        for name, value in values.items():
            is_right = name in found and found[name].value == value
            right += is_right
            wrong += name in found and found[name].is_checked and not is_right
            if not is_right:
                print(f"  {kind}: {name} {value} read as {found.get(name)}", flush=True)
    reader.end()
    left = sum("spawn_main" in str(one.cmdline()) for one in psutil.Process().children())
    return Report(
        "reading",
        {
            "fields.not_right": BenchFigure(100 * (1 - right / read), "%", 2),
            "checked.wrong": BenchFigure(wrong, "fields", 0),
            "fields": BenchFigure(read, "fields"),
            "paper.p95": BenchFigure(float(np.percentile(spent[1:], 95)), "CPU s", 3),
            "process.memory": BenchFigure(most, "MiB", 800),
            "process.left": BenchFigure(left, "processes", 0),
        },
    )


def _read(
    reader: ReaderProcess,
    kind: PaperKind,
    number: int,
    instead: Mapping[str, str],
    random: np.random.Generator,
) -> PaperText:
    paper = draw_paper(kind, first_font(places.ASSETS / "fonts"), instead)
    surface, disturbance = SURFACES[number % len(SURFACES)], GOOD[number % len(GOOD)]
    frame = draw_specimen(kind, surface, disturbance, random, paper).photograph.frame
    outline = find_sheet(frame)
    sheet: Any = frame if outline is None else straighten(frame, outline)
    text = reader.read(bytes(cv2.imencode(".jpg", sheet)[1]), CODES[kind], TODAY, lambda: False)
    return text or PaperText()


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
    digits = f"6200{random.integers(10**14):014d}"
    account = digits + luhn.calc_check_digit(digits)
    spaced = " ".join(account[at : at + 4] for at in range(0, len(account), 4))
    return {"6200 0000 0000 0000": spaced}, {"account": account}


def _name(random: np.random.Generator) -> str:
    given = "".join(random.choice(list(GIVEN), size=2))
    return str(random.choice(list(FAMILY))) + given
