"""A photographed paper is read in a process of its own, which ends when it is told to."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
import pytest

from drivers.face.models import ModelFile
from drivers.papers.quarter_turns import turned
from drivers.papers.reading.field_rules import load_paper_rules
from drivers.papers.reading.process import NICENESS, ReaderPlan
from drivers.papers.reading.reader_process import ReaderProcess
from drivers.papers.reading.text_models import load_text_models
from drivers.simulated.scenes.paper_kinds import PaperKind
from kiosk.paper_text import PaperText
from script.benches.papers.coded_papers import coded, qr_picture
from script.benches.papers.photographs import drawn
from tests.drivers.papers.reading.paper_photographs import photographed
from wiring import places

PLAN = ReaderPlan(
    places.ASSETS / "models",
    load_text_models(places.CONFIG / "paper_models.toml"),
    load_paper_rules(places.CONFIG / "paper_reading.toml"),
)
TODAY = date(2026, 11, 29)
CODES = {PaperKind.CERTIFICATE: "P2", PaperKind.A4: "P5"}


def wanted() -> bool:
    """Nothing is cancelled."""
    return False


def jpeg(picture: Any) -> bytes:
    return bytes(cv2.imencode(".jpg", picture)[1])


def children() -> list[psutil.Process]:
    return psutil.Process(os.getpid()).children(recursive=True)


@pytest.fixture
def reader():
    made = ReaderProcess(PLAN)
    yield made
    made.end()


@pytest.mark.slow
def test_a_paper_is_read_by_a_process_that_ends(reader: ReaderProcess) -> None:
    before = children()
    certificate = photographed(PaperKind.CERTIFICATE)
    text = reader.read(jpeg(certificate), "P2", TODAY, wanted)
    assert text is not None
    assert {one.name: one.value for one in text.fields} == {
        "person_name": "某某",
        "child_name": "某某",
        "only_child_cert": "00000000",
        "issued_on": "1999-06-01",
    }
    assert [one.name for one in text.fields if one.is_checked] == ["issued_on"]
    assert (text.quarter_turns, text.is_another) == (0, False)
    (worker,) = [
        one for one in children() if one not in before and "spawn_main" in str(one.cmdline())
    ]
    assert worker.nice() >= min(19, os.nice(0) + NICENESS)
    other = reader.read(jpeg(photographed(PaperKind.BANK_CARD)), "P2", TODAY, wanted)
    assert other is not None
    assert other.is_another
    reader.end()
    assert not worker.is_running()
    assert reader.read(jpeg(certificate), "P99", TODAY, wanted) == PaperText(), "started anew"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [PaperKind.CERTIFICATE, PaperKind.A4])
def test_a_paper_is_read_whichever_way_up_it_lies(reader: ReaderProcess, kind: PaperKind) -> None:
    """The A4 has no rules, and a code: it is set upright all the same, and the code is read."""
    paper = coded(drawn(kind), qr_picture("0042")) if kind is PaperKind.A4 else None
    sheet, code = photographed(kind, paper=paper), CODES[kind]
    upright = reader.read(jpeg(sheet), code, TODAY, wanted)
    assert upright is not None
    assert upright.fields
    for turns in (1, 2, 3):
        lying = reader.read(jpeg(turned(sheet, turns)), code, TODAY, wanted)
        assert lying == replace(upright, quarter_turns=4 - turns)


@pytest.mark.slow
def test_a_paper_without_text_stays_as_it_lies(reader: ReaderProcess) -> None:
    random = np.random.default_rng(5)
    noise = cv2.GaussianBlur(random.integers(0, 255, (900, 600, 3)).astype(np.uint8), (0, 0), 9)
    text = reader.read(jpeg(noise), "P2", TODAY, wanted)
    assert text is not None
    assert text.quarter_turns == 0


@pytest.mark.slow
def test_a_model_that_is_not_the_measured_one_reads_nothing(tmp_path: Path) -> None:
    wrong = replace(PLAN.models, detector=ModelFile(PLAN.models.detector.file, "0" * 64))
    reader = ReaderProcess(replace(PLAN, models=wrong))
    assert reader.read(b"", "P2", TODAY, wanted) is None
    reader.end()


@pytest.mark.slow
def test_a_paper_that_nobody_waits_for_ends_the_process(reader: ReaderProcess) -> None:
    before = children()
    assert reader.read(jpeg(photographed(PaperKind.BANK_CARD)), "P3", TODAY, lambda: True) is None
    assert [
        one for one in children() if one not in before and "spawn_main" in str(one.cmdline())
    ] == []


@pytest.mark.slow
def test_what_is_no_picture_reads_nothing_and_the_next_one_does(reader: ReaderProcess) -> None:
    assert reader.read(b"no jpeg", "P2", TODAY, wanted) is None
    assert (
        reader.read(jpeg(np.full((300, 400, 3), 255, np.uint8)), "P2", TODAY, wanted) == PaperText()
    )


def test_a_reader_that_never_read_ends() -> None:
    ReaderProcess(PLAN).end()
