"""Numbers and words that no service can have, and the least and most that it can."""

from __future__ import annotations

import pytest

from kiosk.retirement.reading import SERVICE_COUNT, read_catalogue
from tests.kiosk.retirement.shipped import edit, refused


@pytest.mark.parametrize("days", [-1, 367])
@pytest.mark.parametrize(
    ("name", "pattern", "key"),
    [
        ("services/R06", r"^days = 20", "statutory.days"),
        ("services/R07", r"^days = 0", "promised.days"),
        ("services/R14", r"^days = 3", "statutory.days"),
        ("offices", r"^days = 15", "promised.days"),
    ],
)
def test_days_that_cannot_be(config, name, pattern, key, days):
    line = edit(config / f"{name}.toml", pattern, f"days = {days}")
    assert refused(config) == [f"{name}.toml 第 {line} 行：{key}：应是 0 到 366 之间的天数。"]


@pytest.mark.parametrize("days", [0, 366])
def test_the_fewest_and_the_most_days(config, days):
    edit(config / "services" / "R06.toml", r"^days = 20", f"days = {days}")
    edit(config / "offices.toml", r"^days = 15", f"days = {days}")
    found = read_catalogue(config)
    assert found.services["R06"].statutory.days == found.offices.promised.days == days


def test_a_service_for_nobody(config):
    line = edit(config / "services" / "R06.toml", r"^kinds = .*$", "kinds = []")
    assert refused(config) == [
        f"services/R06.toml 第 {line} 行：kinds：至少要写一种参保类型，应是 JG、QY、LH 里的几个。"
    ]


@pytest.mark.parametrize(
    ("key", "pattern"), [("reason", "^reason = .*$"), ("reasons.paid_enough", "^paid_enough = .*$")]
)
def test_words_for_the_person_are_short(config, key, pattern):
    """24 signs; what is filled in comes on top."""
    path = config / "services" / "R06.toml"
    line = edit(path, pattern, f'{key.rpartition(".")[2]} = "{"长" * 25}"')
    assert refused(config) == [
        f"services/R06.toml 第 {line} 行：{key}：对本人说的话最多 24 个字，请缩短。"
    ]
    edit(path, pattern, f'{key.rpartition(".")[2]} = "{"长" * 24}{{retire_month}}{{paid_short}}"')
    assert len(read_catalogue(config).services) == SERVICE_COUNT


def test_words_for_the_helper_may_be_long(config):
    edit(config / "services" / "R06.toml", r"^helper = .*$", f'helper = "{"长" * 200}"')
    assert len(read_catalogue(config).services["R06"].helper) == 200
