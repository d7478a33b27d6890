"""The machine's temperature and free room."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.machine_state import disk_of, hottest


def sensor(root: Path, name: str, said: str) -> None:
    file = root / "class" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(said)


def test_the_warmest_sensor_counts(tmp_path):
    sensor(tmp_path, "thermal/thermal_zone0/temp", "47000\n")
    sensor(tmp_path, "hwmon/hwmon1/temp2_input", "61500\n")
    assert hottest(tmp_path) == 61.5


@pytest.mark.parametrize("said", ["-273000", "255000", "warm", ""])
def test_a_sensor_that_is_not_connected_says_nothing(tmp_path, said):
    sensor(tmp_path, "thermal/thermal_zone0/temp", said)
    assert hottest(tmp_path) is None


def test_the_disk_of_a_file_that_is_not_there_yet(tmp_path):
    found = disk_of(tmp_path / "not" / "yet" / "kiosk.db", 7)
    assert 0 < found.free <= found.whole
    assert found.floor == 7
