"""The tasks of the technician's effects: each has its answer."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.maintenance.guided_tests import GuidedTask
from kiosk.pages.press import Press
from kiosk.visit import effects as do
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed
from kiosk.visit.steps.settings_import.events import DevicesFound, SettingsRefused, SettingsWritten
from tests.kiosk.staff_people import ENGINEER
from tests.kiosk.visit.steps.technician_visits import (
    DARK,
    FOUND,
    GOOD,
    WELL,
    TechnicianHands,
    at,
    performed,
)


@pytest.mark.parametrize(
    ("effect", "failure", "answer"),
    [
        (do.CheckCode("1", "1"), None, LoggedIn(ENGINEER)),
        (do.CheckCode("1", "0"), None, LoginFailed(Failure.STAFF_CODE_WRONG)),
        (do.Examine(), None, Examined(WELL)),
        (do.ExportSheet(WELL), None, Exported()),
        (do.ExportSheet(WELL), Failure.DISK_FULL, ExportFailed(Failure.DISK_FULL)),
        (do.SeekDevices(), None, DevicesFound(FOUND)),
        (do.WriteSettings((("a.b", "c"),)), None, SettingsWritten()),
        (do.WriteSettings(()), Failure.CONFIG_WRONG, SettingsRefused(Failure.CONFIG_WRONG)),
    ],
)
def test_each_effect_has_its_answer(effect, failure, answer):
    assert performed(effect, TechnicianHands(why=failure)) == [answer]


def test_a_camera_without_a_picture_is_lost_after_a_while_and_told_once():
    hands = TechnicianHands(looks=[None, None, None, None, GOOD, None, DARK])
    told = performed(do.LookAtCamera(), hands)
    assert told == [
        CameraFailed(Failure.CAMERA_LOST),
        CameraSeen(GOOD),
        CameraSeen(DARK),
    ]
    assert hands.calls == ["start"]


def test_tones_are_played_in_their_order():
    hands = TechnicianHands()
    assert performed(do.PlayTones("312"), hands) == []
    assert hands.calls == ["(('../tones/high',), ('../tones/low',), ('../tones/middle',)) 2.4"]


def test_where_nothing_can_be_heard_it_is_said_at_once():
    told = performed(do.PlayTones("312"), TechnicianHands(mute=Failure.SPEAKER_LOST))
    assert told == [SoundFailed(Failure.SPEAKER_LOST)]
    visitor = at(GuidedTask.TONES).happen(*told)
    assert visitor.page.mend
    visitor.press(Press.GIVE_UP)
    assert visitor.visit.maintenance.test.failure is Failure.SPEAKER_LOST
    assert "声卡" in visitor.page.panel.lines[0]


def test_what_is_no_technicians_is_a_bug():
    with pytest.raises(NotImplementedError):
        performed(do.Wipe(), TechnicianHands())
