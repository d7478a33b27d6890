"""What does a technician see and do at the machine, and never see?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Event as Flag

import pytest

from kiosk.config.toml_edit import with_values
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import POINTS, STEADY, CameraReading, GuidedTask, Result
from kiosk.maintenance.readiness_report import LineState
from kiosk.pages.display import Reach, TextSize
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.session.device_tasks import TaskWatch
from kiosk.session.idle_timeout import idle_limit
from kiosk.session.maintenance_tasks import Maintenance
from kiosk.session.touch_rhythm import TouchRhythm
from kiosk.slip import SlipLine
from kiosk.staff.door import LoginRejected
from kiosk.staff.roles import ROLE_RIGHTS, Right, Role, Session
from kiosk.visit import effects as do
from kiosk.visit import events as ev
from kiosk.visit.maintenance_state import OF_A_TECHNICIAN, PAGES
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import INK, Visitor, handbook, persona
from tests.kiosk.staff_people import ENGINEER, HELPER
from wiring.maintenance_pages import OFFERS, PLACES, TROUBLES, sheets

WELL, ILL, BACK, WORST, DAMAGED = sheets()
CARD = persona("technician")[0]
GOOD = CameraReading(128.0, 240.0, 0.4, None)
DARK = replace(GOOD, mend=Coach.MORE_LIGHT)
FOUND = Proposal(PLACES, TROUBLES)


def at_code() -> Visitor:
    return Visitor().knocking().happen(ev.LoggedIn(ENGINEER))


def inside() -> Visitor:
    return at_code().type("123456").happen(ev.LoggedIn(ENGINEER))


def examined(sheet=WELL) -> Visitor:
    return inside().happen(ev.Examined(sheet))


def at(task: GuidedTask) -> Visitor:
    return examined().press(Press.GUIDED).press(Press.PICK, task.value)


# coming in


def test_card_and_pin_are_not_enough():
    visitor = at_code()
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.CODE, None)
    assert visitor.effects[-1] == do.WatchCard()
    assert visitor.page.number.digits == ""
    visitor.type("123456")
    assert visitor.effects == (do.CheckCode(persona("helper")[0].number, "123456"),)
    assert visitor.page.number.digits == "******"
    visitor.happen(ev.LoggedIn(ENGINEER))
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.MAINTENANCE, ENGINEER)
    assert (visitor.visit.staff.card_number, visitor.visit.entry.typed) == ("", "")
    assert do.Examine() in visitor.effects


def test_a_wrong_code_is_asked_for_again_and_a_digit_can_be_taken_back():
    visitor = at_code().type("12").press(Press.ERASE)
    assert visitor.visit.entry.typed == "1"
    visitor.type("23456").happen(ev.LoginFailed(Failure.STAFF_CODE_WRONG))
    assert (visitor.visit.stage, visitor.visit.entry.typed) == (Stage.CODE, "")
    assert visitor.page.mend


@pytest.mark.parametrize("failure", [Failure.STAFF_LOCKED, Failure.STAFF_CODE_MISSING])
def test_whom_no_code_helps_begins_anew(failure):
    visitor = at_code().type("123456").happen(ev.LoginFailed(failure))
    assert (visitor.visit.stage, visitor.visit.staff.card_number) == (Stage.LOGIN, "")
    assert visitor.visit.failure is failure


def test_lifting_the_card_before_the_code_begins_anew():
    visitor = at_code().happen(ev.CardLifted())
    assert (visitor.visit.stage, visitor.visit.staff.card_number) == (Stage.LOGIN, "")
    assert visitor.visit.failure is Failure.STAFF_CARD_LIFTED


def test_nobody_gets_in_beside_the_code():
    """Whatever answers come at the code's page, only the door's own lets in."""
    for what in (ev.Examined(WELL), ev.DeskSeen(None), ev.CardRead(CARD), ev.Wiped()):
        assert at_code().happen(what).visit.stage is Stage.CODE
    assert at_code().happen(ev.LoggedIn(HELPER)).visit.stage is Stage.CODE


def lost() -> Visitor:
    visitor = Visitor().happen(ev.DeviceLost(Failure.READER_LOST))
    return visitor.press(Press.STAFF).happen(ev.CardFailed(Failure.READER_LOST))


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
    visitor.happen(ev.LoggedIn(ENGINEER))
    assert visitor.effects == (do.Cancel(),)
    visitor.type("123456").happen(ev.LoggedIn(ENGINEER))
    assert (visitor.visit.stage, visitor.visit.on_behalf.typing) == (Stage.MAINTENANCE, False)


def test_with_a_number_only_a_technician_comes_in():
    visitor = lost().press(Press.NO_CARD).type(CARD.number).press(Press.NEXT).type("730492")
    visitor.happen(ev.LoggedIn(HELPER))
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
    visitor = Visitor().press(Press.STAFF).press(Press.NO_CARD)
    assert not visitor.visit.on_behalf.typing
    assert visitor.page.choices == ()


# no case


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
    visitor.press(Press.QUIT_YES).happen(ev.Wiped())
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
    visitor = Visitor().knocking().happen(ev.LoggedIn(session))
    assert (visitor.visit.stage is Stage.CODE) is (Right.MAINTENANCE in session.rights)
    bare = replace(session, rights=session.rights - {Right.MAINTENANCE})
    assert Visitor().knocking().happen(ev.LoggedIn(bare)).visit.stage is not Stage.CODE


def test_who_works_behind_the_box_is_not_asked_at_once():
    settings, usual = handbook().settings, TouchRhythm()
    assert idle_limit(examined().visit, usual, settings) == 600.0
    for visitor in (at_code(), Visitor().at_desk(None)):
        assert idle_limit(visitor.visit, usual, settings) == usual.limit(settings.visit)


# the machine


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


# the sheet


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
    visitor.happen(ev.Printed())
    assert "打好了" in visitor.page.sentence
    visitor.press(Press.EXPORT)
    assert visitor.effects == (do.ExportSheet(ILL),)
    assert visitor.press(Press.EXPORT).effects == ()  # it is being written
    visitor.happen(ev.Exported())
    assert "存好了" in visitor.page.sentence
    visitor.press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.maintenance.noted) == (Stage.MAINTENANCE, "")


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (Press.PRINT, ev.PrintFailed(Failure.PAPER_OUT)),
        (Press.EXPORT, ev.ExportFailed(Failure.DISK_FULL)),
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


# guided tests


def test_a_test_card_is_read_and_nothing_of_it_is_kept():
    visitor = at(GuidedTask.CARD)
    assert do.ReadCard() in visitor.effects
    visitor.happen(ev.CardFailed(Failure.CARD_MOVED))
    assert do.ReadCard() in visitor.effects
    assert visitor.page.mend
    visitor.happen(ev.CardRead(CARD))
    assert visitor.visit.maintenance.test.result is Result.PASSED
    assert CARD.number not in repr(visitor.visit)
    assert CARD.name not in repr(visitor.visit)
    visitor.press(Press.DONE)
    assert [one.task for one in visitor.visit.maintenance.tests] == [GuidedTask.CARD]
    assert visitor.page.rows[0].icon == "check-circle"


def test_light_and_distance_are_measured():
    visitor = at(GuidedTask.CAMERA)
    assert do.LookAtCamera() in visitor.effects
    assert visitor.page.layout is Layout.CAMERA
    visitor.happen(ev.CameraFailed(Failure.CAMERA_LOST))
    assert visitor.page.mend
    visitor.happen(ev.CameraSeen(DARK))
    assert "暗" in visitor.page.hint
    for _ in range(STEADY):
        visitor.happen(ev.CameraSeen(GOOD))
    assert visitor.visit.maintenance.test.result is Result.PASSED
    assert "亮度 128，脸宽 240 像素" in visitor.page.panel.lines[0]


def test_who_hears_three_tones_says_which():
    visitor = at(GuidedTask.TONES)
    (order,) = (one.order for one in visitor.effects if isinstance(one, do.PlayTones))
    assert sorted(order) == ["1", "2", "3"]
    visitor.press(Press.PICK, order[0])
    assert order[0] not in {row.value for row in visitor.page.rows}
    visitor.press(Press.TRY_AGAIN)
    (order,) = (one.order for one in visitor.effects if isinstance(one, do.PlayTones))
    for tone in order:
        visitor.press(Press.PICK, tone)
    assert visitor.visit.maintenance.test.result is Result.PASSED


def test_a_printed_slip_is_read_back():
    visitor = at(GuidedTask.SLIP)
    (slip,) = (one.slip for one in visitor.effects if isinstance(one, do.PrintSlip))
    digits = slip.parts[0].text
    visitor.happen(ev.PrintFailed(Failure.PAPER_OUT))
    assert visitor.page.mend
    visitor.happen(ev.Printed()).type("9").press(Press.ERASE).type(digits)
    assert visitor.visit.maintenance.test.result is Result.PASSED


def test_a_slip_that_is_misread_fails_and_may_be_tried_again():
    visitor = at(GuidedTask.SLIP)
    wrong = "1111" if visitor.visit.maintenance.test.lot != "1111" else "2222"
    visitor.type(wrong)
    assert visitor.visit.maintenance.test.result is Result.FAILED
    assert visitor.page.title == "没过"
    visitor.press(Press.TRY_AGAIN)
    assert visitor.visit.maintenance.test.is_open


def test_nine_points_are_touched():
    visitor = at(GuidedTask.TOUCH)
    assert visitor.page.layout is Layout.POINTS
    for point in POINTS:
        visitor.press(Press.POINT, point)
    assert visitor.visit.maintenance.test.result is Result.PASSED


def test_a_signature_is_drawn_and_not_kept():
    visitor = at(GuidedTask.SIGN).press(Press.SIGNED)
    assert visitor.visit.maintenance.test.failure is Failure.SIGNATURE_MISSING
    visitor.happen(ev.Drawn(INK)).press(Press.CLEAR_INK)
    assert visitor.visit.signature.ink == ()
    visitor.happen(ev.Drawn(INK)).press(Press.SIGNED)
    assert (visitor.visit.maintenance.test.strokes, visitor.visit.signature.ink) == (2, ())
    assert visitor.visit.maintenance.test.length > 50


@pytest.mark.parametrize("task", GuidedTask)
def test_what_can_not_be_passed_is_given_up_and_stands_on_the_sheet(task):
    visitor = at(task).press(Press.GIVE_UP)
    assert visitor.visit.maintenance.test.result is Result.FAILED
    visitor.press(Press.DONE).press(Press.BACK).press(Press.SHEET)
    assert visitor.page.rows[0].words.startswith("引导测试")
    visitor.press(Press.PRINT)
    (slip,) = (one.slip for one in visitor.effects if isinstance(one, do.PrintSlip))
    assert any("引导测试" in one.text for one in slip.parts if isinstance(one, SlipLine))


def test_a_test_that_is_left_counts_for_nothing_and_one_done_again_replaces_the_first():
    visitor = at(GuidedTask.TOUCH).press(Press.POINT, "1").press(Press.BACK)
    assert visitor.visit.maintenance.tests == ()
    visitor.press(Press.PICK, "touch").press(Press.GIVE_UP).press(Press.DONE)
    visitor.press(Press.PICK, "touch")
    for point in POINTS:
        visitor.press(Press.POINT, point)
    visitor.press(Press.DONE)
    assert [one.result for one in visitor.visit.maintenance.tests] == [Result.PASSED]


def test_answers_to_another_test_are_none():
    for what in (ev.CardRead(CARD), ev.CameraSeen(GOOD), ev.Drawn(INK)):
        visitor = at(GuidedTask.TOUCH)
        before = visitor.visit
        assert visitor.happen(what).visit == before
    assert examined().press(Press.GUIDED).press(Press.DONE).visit.stage is Stage.GUIDED


# devices


def test_nothing_is_written_before_it_is_confirmed():
    visitor = examined().press(Press.SEEK)
    assert do.SeekDevices() in visitor.effects
    assert visitor.page.title == "正在找"
    visitor.happen(ev.DevicesFound(FOUND))
    assert visitor.page.rows[0].mend  # what is amiss first
    assert visitor.effects == ()
    visitor.press(Press.WRITE)
    assert visitor.effects == (do.WriteSettings(tuple(FOUND.changes.items())),)
    assert Press.WRITE not in {one.act for one in visitor.page.choices}
    visitor.press(Press.WRITE)
    assert visitor.effects == ()
    visitor.happen(ev.SettingsWritten())
    assert visitor.page.sentence == "写好了，退出后就试，不行自己退回。"
    visitor.press(Press.TRY_AGAIN)
    assert (visitor.visit.maintenance.found, visitor.visit.maintenance.noted) == (None, "")
    assert do.SeekDevices() in visitor.effects


def test_settings_that_can_not_be_written_say_why():
    visitor = examined().press(Press.SEEK).happen(ev.DevicesFound(FOUND)).press(Press.WRITE)
    visitor.happen(ev.SettingsRefused(Failure.CONFIG_WRONG))
    assert visitor.visit.failure is Failure.CONFIG_WRONG
    assert Press.WRITE in {one.act for one in visitor.page.choices}


def test_where_nothing_is_new_nothing_can_be_written():
    visitor = examined().press(Press.SEEK).happen(ev.DevicesFound(Proposal(PLACES[1:2])))
    assert visitor.page.title == "没找到新的"
    assert visitor.press(Press.WRITE).effects == ()
    visitor.press(Press.BACK)
    assert visitor.visit.stage is Stage.MAINTENANCE


def test_long_finds_have_parts():
    visitor = examined().press(Press.SEEK).happen(ev.DevicesFound(FOUND)).press(Press.MORE)
    assert [row.words for row in visitor.page.rows] == ["身份证读卡器", "镜头", "扫码器"]
    assert visitor.press(Press.BACK).visit.display.part == 0


# the machine's own settings


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


# the workers


@dataclass
class Hands:
    """A door, a camera and a workshop; each call is noted."""

    calls: list[str] = field(default_factory=list)
    looks: list[CameraReading | None] = field(default_factory=list)
    why: Failure | None = None
    over: Flag = field(default_factory=Flag)
    seconds: float = 0.0

    mute: Failure | None = None

    door = camera = workshop = speaker = property(lambda self: self)

    def confirm(self, number, code):
        return LoginRejected(Failure.STAFF_CODE_WRONG) if code == "0" else ENGINEER

    def start(self):
        self.calls.append("start")

    def examine(self):
        return WELL

    def export(self, sheet):
        return self.why

    def write(self, changes):
        self.calls.append(str(changes))
        return self.why

    def failure(self):
        return self.mute

    def seek(self):
        return FOUND

    def read_stick(self):
        return self.why or OFFERS[0]

    def take_stick(self, wanted):
        self.calls.append(wanted)
        return self.why

    def look(self):
        look = self.looks.pop(0)
        if not self.looks:
            self.over.set()
        return look

    def sound(self, phrases, seconds):
        self.calls.append(f"{phrases} {seconds:.1f}")

    def monotonic(self):
        return self.seconds

    def wait(self, event, seconds):
        self.seconds += 3.0


def performed(effect, hands: Hands) -> list[ev.Event]:
    told: list[ev.Event] = []
    watch = TaskWatch(hands, hands.over)
    Maintenance(lambda _, work: work(), lambda: hands, told.append, watch, hands).perform(effect)
    return told


@pytest.mark.parametrize(
    ("effect", "failure", "answer"),
    [
        (do.CheckCode("1", "1"), None, ev.LoggedIn(ENGINEER)),
        (do.CheckCode("1", "0"), None, ev.LoginFailed(Failure.STAFF_CODE_WRONG)),
        (do.Examine(), None, ev.Examined(WELL)),
        (do.ExportSheet(WELL), None, ev.Exported()),
        (do.ExportSheet(WELL), Failure.DISK_FULL, ev.ExportFailed(Failure.DISK_FULL)),
        (do.SeekDevices(), None, ev.DevicesFound(FOUND)),
        (do.WriteSettings((("a.b", "c"),)), None, ev.SettingsWritten()),
        (do.WriteSettings(()), Failure.CONFIG_WRONG, ev.SettingsRefused(Failure.CONFIG_WRONG)),
    ],
)
def test_each_effect_has_its_answer(effect, failure, answer):
    assert performed(effect, Hands(why=failure)) == [answer]


def test_a_camera_without_a_picture_is_lost_after_a_while_and_told_once():
    hands = Hands(looks=[None, None, None, None, GOOD, None, DARK])
    told = performed(do.LookAtCamera(), hands)
    assert told == [
        ev.CameraFailed(Failure.CAMERA_LOST),
        ev.CameraSeen(GOOD),
        ev.CameraSeen(DARK),
    ]
    assert hands.calls == ["start"]


def test_tones_are_played_in_their_order():
    hands = Hands()
    assert performed(do.PlayTones("312"), hands) == []
    assert hands.calls == ["(('../tones/high',), ('../tones/low',), ('../tones/middle',)) 2.4"]


def test_where_nothing_can_be_heard_it_is_said_at_once():
    told = performed(do.PlayTones("312"), Hands(mute=Failure.SPEAKER_LOST))
    assert told == [ev.SoundFailed(Failure.SPEAKER_LOST)]
    visitor = at(GuidedTask.TONES).happen(*told)
    assert visitor.page.mend
    visitor.press(Press.GIVE_UP)
    assert visitor.visit.maintenance.test.failure is Failure.SPEAKER_LOST
    assert "声卡" in visitor.page.panel.lines[0]


def test_what_is_no_technicians_is_a_bug():
    with pytest.raises(NotImplementedError):
        performed(do.Wipe(), Hands())


def test_all_pages_of_a_technician_hold_what_is_wiped():
    assert {*PAGES, Stage.CODE} == OF_A_TECHNICIAN
    assert all(LineState(one.state) for one in WELL.lines)


@pytest.mark.parametrize("task", GuidedTask)
def test_each_test_says_what_to_do_and_can_be_given_up(task):
    page = at(task).page
    assert page.name == f"guided_{task}"
    assert Press.GIVE_UP in {one.act for one in page.choices}
