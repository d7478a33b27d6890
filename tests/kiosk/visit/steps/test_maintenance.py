"""A technician's login, readiness report and settings of found devices at the machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.config.toml_edit import with_values
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.pages.display import Reach, TextSize
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.session.idle_timeout import idle_limit
from kiosk.session.touch_rhythm import TouchRhythm
from kiosk.slip import SlipLine
from kiosk.staff.roles import ROLE_RIGHTS, Right, Role, Session
from kiosk.visit import effects as do
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.maintenance_state import PAGES
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.idle.events import DeviceLost
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed
from kiosk.visit.steps.settings_import.events import DevicesFound, SettingsRefused, SettingsWritten
from kiosk.visit.steps.settings_import.samples import PLACES
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.staff_people import ENGINEER, HELPER
from tests.kiosk.visit.steps.technician_visits import (
    BACK,
    CARD,
    DAMAGED,
    FOUND,
    ILL,
    WELL,
    WORST,
    at_code,
    examined,
    inside,
)


def test_card_and_pin_are_not_enough():
    visitor = at_code()
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.CODE, None)
    assert visitor.effects[-1] == do.WatchCard()
    assert visitor.page.number.digits == ""
    visitor.type("123456")
    assert visitor.effects == (do.CheckCode(persona("helper")[0].number, "123456"),)
    assert visitor.page.number.digits == "******"
    visitor.happen(LoggedIn(ENGINEER))
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.MAINTENANCE, ENGINEER)
    assert (visitor.visit.staff.card_number, visitor.visit.entry.typed) == ("", "")
    assert do.Examine() in visitor.effects


def test_a_wrong_code_is_asked_for_again_and_a_digit_can_be_taken_back():
    visitor = at_code().type("12").press(Press.ERASE)
    assert visitor.visit.entry.typed == "1"
    visitor.type("23456").happen(LoginFailed(Failure.STAFF_CODE_WRONG))
    assert (visitor.visit.stage, visitor.visit.entry.typed) == (Stage.CODE, "")
    assert visitor.page.mend


@pytest.mark.parametrize("failure", [Failure.STAFF_LOCKED, Failure.STAFF_CODE_MISSING])
def test_whom_no_code_helps_begins_anew(failure):
    visitor = at_code().type("123456").happen(LoginFailed(failure))
    assert (visitor.visit.stage, visitor.visit.staff.card_number) == (Stage.LOGIN, "")
    assert visitor.visit.failure is failure


def test_lifting_the_card_before_the_code_begins_anew():
    visitor = at_code().happen(CardLifted())
    assert (visitor.visit.stage, visitor.visit.staff.card_number) == (Stage.LOGIN, "")
    assert visitor.visit.failure is Failure.STAFF_CARD_LIFTED


def test_nobody_gets_in_beside_the_code():
    """Whatever answers come at the code's page, only the door's own lets in."""
    for what in (Examined(WELL), DeskSeen(None), CardRead(CARD), Wiped()):
        assert at_code().happen(what).visit.stage is Stage.CODE
    assert at_code().happen(LoggedIn(HELPER)).visit.stage is Stage.CODE


def lost() -> InventedVisitor:
    visitor = InventedVisitor().happen(DeviceLost(Failure.READER_LOST))
    return visitor.press(Press.STAFF).happen(CardFailed(Failure.READER_LOST))


def test_a_broken_reader_keeps_no_technician_out():
    visitor = lost()
    assert [one.act for one in visitor.page.choices] == [Press.NO_CARD]
    visitor.press(Press.NO_CARD)
    assert visitor.page.name == "own_number"
    assert do.ReadCard() not in visitor.effects
    visitor.type(CARD.number[:17])
    assert visitor.page.corners[0] is not None
    visitor.press(Press.NEXT)
    assert visitor.visit.failure is Failure.ID_NUMBER_WRONG
    visitor.type(CARD.number[17]).press(Press.NEXT)
    assert visitor.page.name == "staff_pin"
    assert visitor.effects == ()  # there is no card to watch
    visitor.type("730492")
    assert visitor.effects == (do.LogIn(CARD.number, "730492", by_card=False),)
    visitor.happen(LoggedIn(ENGINEER))
    assert visitor.effects == (do.Cancel(),)
    visitor.type("123456").happen(LoggedIn(ENGINEER))
    assert (visitor.visit.stage, visitor.visit.on_behalf.typing) == (Stage.MAINTENANCE, False)


def test_with_a_number_only_a_technician_comes_in():
    visitor = lost().press(Press.NO_CARD).type(CARD.number).press(Press.NEXT).type("730492")
    visitor.happen(LoggedIn(HELPER))
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.LOGIN, None)
    assert (visitor.visit.failure, visitor.visit.on_behalf.typing) == (
        Failure.STAFF_NOT_ALLOWED,
        False,
    )


def test_a_number_can_be_taken_back():
    visitor = lost().press(Press.NO_CARD).type("34").press(Press.ERASE).press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.on_behalf.typing) == (Stage.LOGIN, False)
    assert do.ReadCard() in visitor.effects


def test_no_number_is_typed_while_the_reader_reads():
    visitor = InventedVisitor().press(Press.STAFF).press(Press.NO_CARD)
    assert not visitor.visit.on_behalf.typing
    assert visitor.page.choices == ()


@pytest.mark.parametrize("stage", PAGES)
def test_a_technician_never_gets_to_a_case(stage):
    visitor = examined()
    visitor.visit = replace(visitor.visit, stage=stage)
    for act in (
        Press.FILE_FOR,
        Press.FIND,
        Press.REPORT,
        Press.FILE_ABSENT,
        Press.START_SELF,
        Press.RESUME,
    ):
        assert visitor.press(act).visit.stage is stage
    visitor.press(Press.QUIT_YES).happen(Wiped())
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.IDLE, None)
    assert do.LogOut("T-0001") in visitor.effects


@pytest.mark.parametrize("stage", PAGES)
def test_leaving_wipes_and_logs_out_at_once(stage):
    visitor = examined()
    visitor.visit = replace(visitor.visit, stage=stage)
    visitor.press(Press.QUIT)
    assert (visitor.visit.stage, visitor.visit.maintenance.report) == (Stage.WIPING, None)
    assert do.LogOut("T-0001") in visitor.effects


@pytest.mark.parametrize("role", Role)
def test_only_the_right_to_maintain_opens_the_pages(role):
    session = Session("S-0001", role, ROLE_RIGHTS[role])
    visitor = InventedVisitor().knocking().happen(LoggedIn(session))
    assert (visitor.visit.stage is Stage.CODE) is (Right.MAINTENANCE in session.rights)
    bare = replace(session, rights=session.rights - {Right.MAINTENANCE})
    assert InventedVisitor().knocking().happen(LoggedIn(bare)).visit.stage is not Stage.CODE


def test_who_works_behind_the_box_is_not_asked_at_once():
    settings, usual = handbook().settings, TouchRhythm()
    assert idle_limit(examined().visit, usual, settings) == 600.0
    for visitor in (at_code(), InventedVisitor().at_desk(None)):
        assert idle_limit(visitor.visit, usual, settings) == usual.limit(settings.visit)


def test_the_title_is_the_verdict():
    assert inside().page.title == "正在检查"
    assert examined().page.title == "全好了"
    page = examined(ILL).page
    assert (page.title, page.mend) == ("还差 2 项", True)
    bad = {one.words: one.phrase for one in page.cards if one.good is False}
    assert bad == {"打印机": "没有纸了", "没送到的": "中心没收下"}


def test_a_damaged_database_is_told_on_its_card_and_first_on_the_sheet():
    page = examined(DAMAGED).page
    assert {one.phrase for one in page.cards if one.good is False} == {"存的对不上"}
    row = examined(DAMAGED).press(Press.SHEET).page.rows[0]
    assert row.words == "数据库和第二份"
    assert "马上叫中心" in row.reason


def test_settings_that_were_gone_back_from_are_told_at_once():
    page = examined(BACK).page
    assert page.sentence == "新设置没试好，已经退回原来的。"
    assert {one.phrase for one in page.cards if one.good is False} == {"新设置退回了"}
    rows = examined(BACK).press(Press.SHEET).page.rows
    assert rows[0].words == "找到的设备地址"
    assert "先修好" in rows[0].reason
    assert examined(ILL).page.sentence != page.sentence


def test_a_part_that_a_terminal_has_not_got_has_no_card():
    names = [one.words for one in examined(ILL).page.cards]
    assert "扫码" not in names
    assert "扫码" in [one.words for one in examined().page.cards]


def test_the_worst_of_several_is_said():
    page = examined(WORST).page
    said = {one.words: one.phrase for one in page.cards}
    assert said["网和中心"] == "接上了别处"
    assert page.layout is Layout.STATUS


def test_in_large_text_the_cards_come_in_parts():
    visitor = examined()
    visitor.visit = replace(
        visitor.visit,
        display=replace(
            visitor.visit.display,
            view=replace(visitor.visit.display.view, text_size=TextSize.LARGEST),
        ),
    )
    first = visitor.page.cards
    assert len(first) == 4
    visitor.press(Press.MORE)
    assert not {one.words for one in first} & {one.words for one in visitor.page.cards}
    assert visitor.press(Press.BACK).page.cards == first


def test_everything_is_looked_at_again():
    visitor = examined(ILL).press(Press.RETEST)
    assert visitor.visit.maintenance.report is None
    assert do.Examine() in visitor.effects
    assert inside().press(Press.RETEST).effects == ()  # it goes on already
    assert inside().press(Press.SHEET).visit.stage is Stage.MAINTENANCE


def test_what_is_to_be_mended_stands_on_top_with_its_cure():
    visitor = examined(ILL).press(Press.SHEET)
    page = visitor.page
    assert page.rows[0].words == "小票打印机"
    assert "请装一卷新纸" in page.rows[0].reason
    assert page.rows[0].mend
    assert [row.mend for row in page.rows] == [True] * 3
    assert not visitor.press(Press.MORE).page.rows[0].mend


def test_the_sheet_is_printed_and_written():
    visitor = examined(ILL).press(Press.SHEET).press(Press.PRINT)
    (slip,) = (one.slip for one in visitor.effects if isinstance(one, do.PrintSlip))
    assert any("小票打印机" in one.text for one in slip.parts if isinstance(one, SlipLine))
    visitor.happen(Printed())
    assert "打好了" in visitor.page.sentence
    visitor.press(Press.EXPORT)
    assert visitor.effects == (do.ExportSheet(ILL),)
    assert visitor.press(Press.EXPORT).effects == ()  # it is being written
    visitor.happen(Exported())
    assert "存好了" in visitor.page.sentence
    visitor.press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.maintenance.noted) == (Stage.MAINTENANCE, "")


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (Press.PRINT, PrintFailed(Failure.PAPER_OUT)),
        (Press.EXPORT, ExportFailed(Failure.DISK_FULL)),
    ],
)
def test_a_sheet_that_does_not_come_says_why(act, what):
    visitor = examined().press(Press.SHEET).press(act).happen(what)
    assert visitor.visit.failure is what.failure
    assert act in {one.act for one in visitor.page.choices}


def test_long_lists_have_parts_and_long_words_an_end():
    visitor = examined(WORST).press(Press.SHEET)
    seen = {row.words for row in visitor.page.rows}
    visitor.press(Press.MORE)
    assert not seen & {row.words for row in visitor.page.rows}
    visitor.press(Press.BACK)
    assert {row.words for row in visitor.page.rows} == seen
    assert all(len(row.reason) <= 44 for row in visitor.page.rows)
    seated = replace(visitor.visit.display.view, reach=Reach.SEATED)
    visitor.visit = replace(visitor.visit, display=replace(visitor.visit.display, view=seated))
    assert len(visitor.page.rows) == 2


def test_nothing_is_written_before_it_is_confirmed():
    visitor = examined().press(Press.SEEK)
    assert do.SeekDevices() in visitor.effects
    assert visitor.page.title == "正在找"
    visitor.happen(DevicesFound(FOUND))
    assert visitor.page.rows[0].mend  # what is amiss first
    assert visitor.effects == ()
    visitor.press(Press.WRITE)
    assert visitor.effects == (do.WriteSettings(tuple(FOUND.changes.items())),)
    assert Press.WRITE not in {one.act for one in visitor.page.choices}
    visitor.press(Press.WRITE)
    assert visitor.effects == ()
    visitor.happen(SettingsWritten())
    assert visitor.page.sentence == "写好了，退出后就试，不行自己退回。"
    visitor.press(Press.TRY_AGAIN)
    assert (visitor.visit.maintenance.found, visitor.visit.maintenance.noted) == (None, "")
    assert do.SeekDevices() in visitor.effects


def test_settings_that_can_not_be_written_say_why():
    visitor = examined().press(Press.SEEK).happen(DevicesFound(FOUND)).press(Press.WRITE)
    visitor.happen(SettingsRefused(Failure.CONFIG_WRONG))
    assert visitor.visit.failure is Failure.CONFIG_WRONG
    assert Press.WRITE in {one.act for one in visitor.page.choices}


def test_where_nothing_is_new_nothing_can_be_written():
    visitor = examined().press(Press.SEEK).happen(DevicesFound(Proposal(PLACES[1:2])))
    assert visitor.page.title == "没找到新的"
    assert visitor.press(Press.WRITE).effects == ()
    visitor.press(Press.BACK)
    assert visitor.visit.stage is Stage.MAINTENANCE


def test_long_finds_have_parts():
    visitor = examined().press(Press.SEEK).happen(DevicesFound(FOUND)).press(Press.MORE)
    assert [row.words for row in visitor.page.rows] == ["身份证读卡器", "镜头", "扫码器"]
    assert visitor.press(Press.BACK).visit.display.part == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[camera]\nurl = "/dev/x"\n'),
        ("a = 1\n", 'a = 1\n\n[camera]\nurl = "/dev/x"\n'),
        ('[camera]\nurl = "/dev/y" # old\n', '[camera]\nurl = "/dev/x"\n'),
        ("[camera]\n# none\n[b]\nurl = 1\n", '[camera]\nurl = "/dev/x"\n# none\n[b]\nurl = 1\n'),
    ],
)
def test_one_value_is_written_and_nothing_else(before, after):
    assert with_values(before, {"camera.url": "/dev/x"}) == after
