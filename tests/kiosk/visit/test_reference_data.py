"""Every failure has words and a person who can cure it; a file without them is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.config.schema import ConfigError
from kiosk.config.settings import Profile
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Curer, Failure
from kiosk.visit.reference_data import read_failures, read_handbook
from tests.kiosk.invented_people import CONFIG, handbook


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_words_and_a_curer(failure):
    words = handbook().failures[failure]
    assert words.title
    assert words.sentence.endswith(("。", "！", "？"))
    assert words.who in Curer


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[failures.paper_out]", "[failures.paper_in]", {"paper_out", "paper_in"}),
        ("[failures.card_moved]", "[failures.card_gone]", {"card_moved", "card_gone"}),
    ],
)
def test_missing_and_unknown_failures_are_both_named(tmp_path, old, new, named):
    path = tmp_path / "failures.toml"
    text = (CONFIG / "texts" / "failures.toml").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_failures(path)
    assert {problem.key for problem in caught.value.problems} == {
        f"failures.{one}" for one in named
    }
    assert all(problem.file == str(path) for problem in caught.value.problems)


def test_a_point_that_does_not_exist_is_refused_with_the_nearest(tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(
        'profile = "demo"\nbanner = "b"\n'
        '[terminal]\ncode = "X"\npoint = "BZ-DEMP"\nphone = "1"\nmaintainer = "m"\n',
        "utf-8",
    )
    settings = read_settings(CONFIG / "kiosk.toml", site)
    with pytest.raises(ConfigError) as caught:
        read_handbook(CONFIG, settings)
    (problem,) = caught.value.problems
    assert problem.key == "terminal.point"
    assert problem.nearest == "BZ-DEMO"
    assert problem.expected == "service_points.csv 里没有“BZ-DEMP”这个服务点，请改编号或补上这一行"


def test_only_demo_and_training_take_the_invented_employers(tmp_path):
    settings = handbook().settings
    real = replace(settings, profile=Profile.PRODUCTION)
    assert list(read_handbook(CONFIG, settings).employers)
    assert list(read_handbook(CONFIG, real).employers) == []
    signed = tmp_path / "employers.csv"
    signed.write_text(
        "code,name,short_name,initials\n91340000MA99999999,亳州市示范新厂,新厂,xc\n", "utf-8"
    )
    for profile in (settings, real):
        found = read_handbook(CONFIG, profile, signed).employers
        assert [one.short_name for one in found] == ["新厂"]


def test_every_written_answer_begins_with_some_list():
    words = handbook().words["writing"]
    assert all(one.begins in words for one in handbook().questions)
