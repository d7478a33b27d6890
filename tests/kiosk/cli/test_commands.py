"""check-config and replay: what a technician reads, and the exit code."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from kiosk.application.scan import CapturedPaper
from kiosk.cli import commands
from kiosk.journal.recorder import Journal
from kiosk.pages.press import Press
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import CONFIG, InventedVisitor, handbook, persona

ASSETS = CONFIG.parent / "assets"
DEMO = CONFIG / "profiles" / "demo.toml"


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    """Commands work from any folder."""
    monkeypatch.chdir(tmp_path)


def test_right_settings(capsys):
    assert commands.check_config([DEMO], CONFIG, ASSETS) == 0
    assert commands.check_config([CONFIG / "kiosk.toml", DEMO], CONFIG, ASSETS) == 0
    assert capsys.readouterr().out == "设置正确\n设置正确\n"


def test_wrong_settings_name_file_line_key_and_cure(tmp_path, capsys):
    site = tmp_path / "site.toml"
    site.write_text('[printer]\nurl = "tcp://192.0.2.9:9100"\ncolums = 42\n', "utf-8")
    assert commands.check_config([site], CONFIG, ASSETS) == 1
    assert capsys.readouterr().out == (
        f"{site} 第 3 行：printer.colums：没有这一项，请删去或改名。是不是想写“columns”？\n"
    )


@pytest.mark.parametrize(
    "broken",
    [
        "texts/pages.toml",
        "texts/failures.toml",
        "divisions.csv",
        "divisions_elsewhere.csv",
        "services/R06.toml",
        "facts.toml",
        "conditions.toml",
        "verdicts.toml",
        "fields.toml",
        "offices.toml",
        "service_points.csv",
        "rules/retirement_age.toml",
        "forms/words.toml",
        "forms/commitments.toml",
        "forms/merged.typ",
        "forms/parts.typ",
    ],
)
@pytest.mark.parametrize("how", ["gone", "garbled"])
def test_every_file_below_config_is_checked(tmp_path, capsys, broken, how):
    config = shutil.copytree(CONFIG, tmp_path / "config")
    path = config / broken
    path.unlink()
    if how == "garbled":
        path.write_bytes(b"\xff=\n")
    assert commands.check_config([DEMO], config, ASSETS) == 1
    said = capsys.readouterr().out
    assert path.name in said or "现在 17 项" in said


def test_a_wrong_employer_is_named_with_its_line(tmp_path, capsys):
    config = shutil.copytree(CONFIG, tmp_path / "config")
    path = config / "employers.csv"
    path.write_text(path.read_text("utf-8").replace("0001R", "0001X"), "utf-8")
    assert commands.check_config([DEMO], config, ASSETS) == 1
    assert f"{path} 第 2 行" in capsys.readouterr().out
    path.unlink()
    assert commands.check_config([DEMO], config, ASSETS) == 0


def test_a_template_with_an_error_is_named_with_file_and_line(tmp_path, capsys):
    config = shutil.copytree(CONFIG, tmp_path / "config")
    path = config / "forms" / "notice.typ"
    lines = path.read_text("utf-8").splitlines()
    lines[2] = "#head(..form.linse)"
    path.write_text("\n".join(lines), "utf-8")
    assert commands.check_config([DEMO], config, ASSETS) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"{path} 第 3 行：notice：模板有错，做不出表：")


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("", "什么都没有写"),
        ('[terminal]\ncode = ""', "terminal.code：应是1 到 32 个字母"),
        ('[terminal]\ncode = "BZ 0007"', "terminal.code：应是1 到 32 个字母"),
        ('[terminal]\npoint = ""', "terminal.point：应是1 到 32 个字母"),
        ('[central]\nauthority = "/nowhere/authority.crt"', "请向中心要"),
        ('[store]\npath = "/root/kiosk.db"', "看不见 /root"),
        ('[store]\npath = "/home/li/kiosk.db"', "看不见 /root"),
    ],
)
def test_what_can_not_work_on_this_machine_is_not_called_right(said, cure, tmp_path, capsys):
    site = tmp_path / "site.toml"
    site.write_text(f"{said}\n", "utf-8")
    assert commands.check_config([site], CONFIG, ASSETS) == 1
    assert cure in capsys.readouterr().out


def test_an_authority_that_is_there_is_right(tmp_path, capsys):
    (tmp_path / "authority.crt").touch()
    site = tmp_path / "site.toml"
    site.write_text(f'[central]\nauthority = "{tmp_path}/authority.crt"\n', "utf-8")
    assert commands.check_config([site], CONFIG, ASSETS) == 0
    assert "设置正确" in capsys.readouterr().out


def test_replay_shows_stage_and_words_of_each_event(tmp_path, capsys):
    visitor, lines = InventedVisitor(), []
    for what in (
        Pressed(Press.START_SELF),
        Pressed(Press.AGREE),
        CardRead(persona("liu")[0]),
        FaceMatched(0.31, 0.42, "x"),
        FactsKnown(persona("liu")[1]),
    ):
        Journal(lines.append, handbook()).note(visitor.visit, Answered(what), 0.0)
        visitor.happen(what)
    file = tmp_path / "visit.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    assert commands.show_replay(file, [], CONFIG) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["notice", "card", "proof", "facts", "facts"]
    assert "您的退休时间" in said[-1]
    assert persona("liu")[0].name not in "".join(said)


def test_the_folder_of_the_file_is_checked_with_it(tmp_path, capsys):
    config = shutil.copytree(CONFIG, tmp_path / "config")
    (config / "services" / "R06.toml").unlink()
    assert commands.check_config([config / "kiosk.toml"], CONFIG, ASSETS) == 1
    assert "现在 17 项" in capsys.readouterr().out


def recorded(*events, visitor=None):
    """The lines of a journal, and who goes on."""
    visitor, lines = visitor or InventedVisitor(), []
    for what in events:
        Journal(lines.append, handbook()).note(visitor.visit, Answered(what), 0.0)
        visitor.happen(what)
    return lines, visitor


def shown(tmp_path, capsys, lines, status=0):
    file = tmp_path / "journal.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    assert commands.show_replay(file, [], CONFIG) == status
    said = capsys.readouterr()
    return [line.split()[0] for line in said.out.splitlines()], said.err


BEGIN = (Pressed(Press.START_SELF), Pressed(Press.AGREE), CardRead(persona("liu")[0]))


def test_a_journal_of_several_visits_is_replayed_one_after_the_other(tmp_path, capsys):
    first, _ = recorded(*BEGIN)
    second = [line.replace('"visit": "', '"visit": "b') for line in first]
    stages, _ = shown(tmp_path, capsys, [*first, *second])  # the program was ended in between
    assert stages == ["notice", "card", "proof"] * 2


def test_what_a_full_file_lost_of_a_visit_is_left_out(tmp_path, capsys):
    first, _ = recorded(*BEGIN)
    second = [line.replace('"visit": "', '"visit": "b') for line in first]
    stages, _ = shown(tmp_path, capsys, [*first[1:], *second])
    assert stages == ["notice", "card", "proof"]
    assert shown(tmp_path, capsys, first[1:]) == ([], "")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        '{"visit": 1, "stage": "idle", "kind": "start_self"}',
        '{"visit": "x", "stage": "idle", "kind": "Invented"}',
        '{"visit": "x", "stage": "idle", "kind": "CardRead"}',
        '{"visit": "x", "stage": "idle", "kind": "CardRead", "sex": "cat"}',
        '{"visit": "x", "stage": "idle", "kind": "rate", "good": []}',
        "\0" * 20,
    ],
)
def test_a_line_that_is_no_note_is_named(line, tmp_path, capsys):
    lines, _ = recorded(*BEGIN)
    _, said = shown(tmp_path, capsys, [*lines, line], status=1)
    assert "第 4 行：不是办事过程的记录" in said


def test_a_file_of_other_bytes_is_no_journal(tmp_path, capsys):
    file = tmp_path / "journal.jsonl"
    file.write_bytes(b"\xff\xfe")
    assert commands.show_replay(file, [], CONFIG) == 1
    assert "不是办事过程的记录" in capsys.readouterr().err


class RecordedVisitor(InventedVisitor):
    """A visitor whose every step is noted."""

    def happen(self, what, visit="", request=0):
        self.lines = getattr(self, "lines", [])
        Journal(self.lines.append, self.table.book).note(self.visit, Answered(what), 0.0)
        return super().happen(what, visit, request)


def equipped(camera):
    book = handbook()
    here = replace(book.settings.paper_camera, url=camera)
    return replace(book, settings=replace(book.settings, paper_camera=here))


def test_what_decides_of_the_terminal_is_noted_with_the_visits(tmp_path, capsys):
    """Where papers were photographed, a desk without such a camera would stay on that page."""
    book = equipped("/dev/kiosk/cam-paper")
    visitor = RecordedVisitor(table=build_table(book)).at_materials()
    while visitor.visit.stage == "materials":
        paper = visitor.press(Press.CAPTURE).effects[-1].code
        visitor.happen(PaperCaptured(paper, CapturedPaper("0" * 64, "0" * 64, 1, "")))
    visitor.press(Press.CONFIRM)
    heading: list[str] = []
    Journal(heading.append, book).begin()
    stages, _ = shown(tmp_path, capsys, [*heading, *visitor.lines])
    assert stages[-1] == "signing"
    stages, _ = shown(tmp_path, capsys, visitor.lines)  # the control: nothing was noted
    assert stages[-1] == "materials"
    stages, _ = shown(tmp_path, capsys, [*heading, *visitor.lines, *heading, *visitor.lines])
    assert stages.count("signing") == 2


def test_settings_may_stand_in_for_what_was_not_noted(tmp_path, capsys):
    site = tmp_path / "site.toml"
    site.write_text('[paper_camera]\nurl = "/dev/kiosk/cam-paper"\n', "utf-8")
    first, _ = recorded(*BEGIN)
    file = tmp_path / "journal.jsonl"
    file.write_text("\n".join(first), "utf-8")
    assert commands.show_replay(file, [DEMO, site], CONFIG) == 0
    assert capsys.readouterr().out.count("\n") == 3
    site.write_text("[paper_camera]\nurls = 3\n", "utf-8")
    assert commands.show_replay(file, [DEMO, site], CONFIG) == 1
    assert "paper_camera.urls" in capsys.readouterr().err
