"""A wrong setting names file, line, key, what was expected, and the nearest known name."""

from pathlib import Path

import pytest

from kiosk.schema import ConfigError, line_of, load
from kiosk.settings import Profile, Settings, read_settings

ROOT = Path(__file__).parents[2]
DEFAULTS = ROOT / "config" / "kiosk.toml"
DEMO = ROOT / "config" / "profiles" / "demo.toml"


def refused(*paths: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_settings(*paths)
    return str(caught.value)


def write(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return path


def test_layers_are_laid_over_each_other(tmp_path):
    site = write(tmp_path, '[terminal]\ncode = "BZ-7"\n')
    settings = read_settings(DEFAULTS, DEMO, site)
    assert settings.terminal.code == "BZ-7"
    assert settings.terminal.phone == read_settings(DEFAULTS).terminal.phone
    assert settings.profile is Profile.DEMO


def test_unknown_key_names_line_and_nearest(tmp_path):
    site = write(tmp_path, "[id_card_reader]\nbuad = 115200\n")
    words = refused(DEFAULTS, site)
    assert words == (
        f"{site} 第 2 行：id_card_reader.buad：没有这一项，请删去或改名。是不是想写“baud”？"
    )


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ('[id_card_reader]\nbaud = "fast"\n', "id_card_reader.baud", "应是整数"),
        ("[face]\naccept = true\n", "face.accept", "应是数"),
        ("[terminal]\ncode = 7\n", "terminal.code", "应是带引号的文字"),
        ('profile = "prod"\n', "profile", "这几个之一：demo、training、production"),
        ("camera = 3\n", "camera", "应是一个小节 [camera]"),
    ],
)
def test_wrong_type_names_what_was_expected(tmp_path, text, key, wanted):
    words = refused(DEFAULTS, write(tmp_path, text))
    assert f"{key}：" in words
    assert wanted in words
    assert "第 0 行" not in words


def test_every_problem_is_reported_at_once(tmp_path):
    site = write(tmp_path, '[face]\naccept = "a"\nretry = "b"\n')
    assert len(refused(DEFAULTS, site).splitlines()) == 2


def test_missing_key(tmp_path):
    words = refused(write(tmp_path, '[terminal]\ncode = "x"\n'))
    assert "terminal.phone：缺少这一项，应是带引号的文字" in words
    assert "panel：缺少这一项，应是一个小节" in words


def test_not_toml_names_the_line(tmp_path):
    assert "第 2 行：格式" in refused(write(tmp_path, "[terminal]\ncode =\n"))


def test_missing_file(tmp_path):
    assert "没有这个文件" in refused(tmp_path / "absent.toml")
    assert line_of(tmp_path / "absent.toml", "a") == 0


def test_production_refuses_simulators(tmp_path):
    site = write(tmp_path, '[printer]\nurl = "tcp://127.0.0.1:9100"\n')
    assert "printer.url：正式使用时不能接模拟设备" in refused(DEFAULTS, site)
    assert read_settings(DEFAULTS, DEMO, site).printer.url == "tcp://127.0.0.1:9100"


def test_a_file_of_its_own_is_loaded_alone():
    assert load(Settings, DEFAULTS).face.tries == 3
