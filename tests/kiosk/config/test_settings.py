"""A wrong setting names file, line, key, what was expected, and the nearest known name."""

import json
from operator import attrgetter
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError, line_of, load
from kiosk.config.settings import Profile, Settings
from kiosk.config.settings_reader import read_settings

ROOT = Path(__file__).parents[3]
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
        ("[face]\nmodel_mean = true\n", "face.model_mean", "应是数"),
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


def test_a_key_that_no_keyboard_has(tmp_path):
    words = refused(DEFAULTS, write(tmp_path, '[keypad]\nnext = ["NOTHING"]\n'))
    assert "keypad.next" in words
    assert "NOTHING" in words


def test_every_problem_is_reported_at_once(tmp_path):
    site = write(tmp_path, '[face]\ntries = "a"\nseconds_a_try = "b"\n')
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


def site_of(folder: Path, key: str, value: object) -> Path:
    section, name = key.split(".")
    return write(folder, f"# a site\n[{section}]\n{name} = {json.dumps(value)}\n")


WRONG = [
    *(("loudspeaker.url", url) for url in ("alsa:", "default", "alsa:a b", "tcp://192.0.2.1:9")),
    *(("printer.url", url) for url in ("", "/dev/usb/lp0", "tcp://", "tcp://192.0.2.1")),
    *(("printer.url", f"tcp://192.0.2.1:{port}") for port in ("x", "0", "65536")),
    *(("printer.url", url) for url in ("http://192.0.2.1:9100", "tcp://[::1:9100", "tcp://:9100")),
    *(("central.url", url) for url in ("", "central", "ftp://central.example", "https://")),
    *(("camera.url", url) for url in ("", "video0", "rtsp://192.0.2.1/", "http://")),
    *(("id_card_reader.url", url) for url in ("", "COM1", "socket://192.0.2.1", "pty:1")),
    *(("id_card_reader.url", url) for url in ("hwgrep://x:1", "rfc2217://:4000")),
    *(("id_card_reader.baud", baud) for baud in (0, 1200, 115201)),
    *(("printer.columns", columns) for columns in (31, 65, -48)),
    *((f"panel.{name}", 0) for name in ("width_px", "height_px")),
    *((f"panel.{name}", 0.0) for name in ("px_per_mm", "lower_edge_mm", "reach_mm")),
    ("id_card_reader.poll_seconds", 0.0),
    ("central.deadline_seconds", -1.0),
    ("central.reconcile_interval_hours", 0.0),
    ("face.tries", 0),
    *(
        (f"face.{name}", 0.0)
        for name in ("seconds_per_try", "seconds_for_all_tries", "lockout_minutes", "model_scale")
    ),
    ("face.engine", "arcface"),
    ("store.min_free_mib", -1),
    *(("device_key.url", url) for url in ("", "device-key", "file:", "tpm:0x81000001")),
    *(("device_key.url", f"credential:{name}") for name in ("", "../key", "a/b")),
    *(("store.url", url) for url in ("sqlite:///kiosk.db", "sqlcipher:///x", "postgresql://h/d")),
    ("store.disk_reserve_mib", 63),
    ("store.disk_reserve_mib", -1),
    ("store.journal_mib", 0),
    ("store.kept_days", 0),
    ("store.kept_days", 366),
    ("visit.idle_seconds", 0.0),
    ("visit.answer_seconds", -30.0),
    ("visit.submit_wait_seconds", 0.0),
]


@pytest.mark.parametrize("profile", [(), (DEMO,)], ids=["production", "demo"])
@pytest.mark.parametrize(("key", "value"), WRONG, ids=str)
def test_a_value_that_no_terminal_can_work_with(tmp_path, key, value, profile):
    site = site_of(tmp_path, key, value)
    words = refused(DEFAULTS, *profile, site).splitlines()[0]
    assert words.startswith(f"{site} 第 3 行：{key}：应")
    assert words.endswith(f"写的是 {value!r}。")


def test_another_model_needs_its_digest(tmp_path):
    site = write(tmp_path, '[face]\nmodel = "/opt/taguchi.dat"\nmodel_sha256 = "55533b28"\n')
    assert f"{site} 第 3 行：face.model_sha256：应是模型文件的 SHA-256" in refused(DEFAULTS, site)
    digest = "5" * 64
    site = write(tmp_path, f'[face]\nmodel = "/opt/taguchi.dat"\nmodel_sha256 = "{digest}"\n')
    assert read_settings(DEFAULTS, site).face.model_sha256 == digest


def test_onnx112_comes_without_a_model(tmp_path):
    site = write(tmp_path, '[face]\nengine = "onnx112"\n')
    assert "face.model：onnx112 不自带模型" in refused(DEFAULTS, site)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_seconds_that_toml_knows_and_no_clock(tmp_path, value):
    site = write(tmp_path, f"[visit]\nidle_seconds = {value}\n")
    assert f"{site} 第 2 行：visit.idle_seconds：应是大于 0 的数" in refused(DEFAULTS, site)


RIGHT = [
    ("loudspeaker.url", ""),
    ("loudspeaker.url", "alsa:plughw:CARD=Device,DEV=0"),
    ("printer.url", "tcp://printer.example:9100"),
    ("printer.url", "tcp://[2001:db8::1]:9100"),
    ("printer.columns", 32),
    ("printer.columns", 64),
    ("central.url", "https://central.example:8443/kiosk"),
    ("camera.url", "https://192.0.2.3/stream"),
    ("id_card_reader.url", "socket://192.0.2.4:4001"),
    ("id_card_reader.url", "rfc2217://192.0.2.4:4001"),
    ("id_card_reader.url", "/dev/ttyUSB0"),
    ("id_card_reader.baud", 9600),
    ("face.seconds_for_all_tries", 90.0),
    ("face.model_mean", 0.0),
    *(("store.url", url) for url in ("", "sqlcipher:", "postgresql+psycopg://kiosk@hall/kiosk")),
    ("store.min_free_mib", 0),
    ("store.disk_reserve_mib", 0),
    ("store.disk_reserve_mib", 64),
]


@pytest.mark.parametrize(("key", "value"), RIGHT, ids=str)
def test_values_that_are_right(tmp_path, key, value):
    found = read_settings(DEFAULTS, site_of(tmp_path, key, value))
    assert attrgetter(key)(found) == value


ON_THIS_MACHINE = [
    *("127.0.0.1", "127.8.8.8", "127.1", "localhost", "LOCALHOST", "localhost.", "a.localhost"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "0.0.0.0", "0"),
]


@pytest.mark.parametrize("host", ON_THIS_MACHINE)
@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("id_card_reader.url", "socket://{}:4001"),
        ("id_card_reader.url", "rfc2217://{}:4001"),
        ("camera.url", "http://{}:8080/"),
        ("printer.url", "tcp://{}:9100"),
        ("central.url", "https://{}/"),
    ],
)
def test_production_refuses_this_machine_at_any_address(tmp_path, key, url, host):
    site = site_of(tmp_path, key, url.format(host))
    cure = f"{site} 第 3 行：{key}：正式使用时不能接模拟设备：{url.format(host)}。"
    assert refused(DEFAULTS, site) == cure
    assert attrgetter(key)(read_settings(DEFAULTS, DEMO, site)) == url.format(host)


@pytest.mark.parametrize("url", ["loop://", "/dev/pts/3"])
def test_production_refuses_ports_that_are_no_ports(tmp_path, url):
    site = site_of(tmp_path, "id_card_reader.url", url)
    assert "不能接模拟设备" in refused(DEFAULTS, site)
    assert read_settings(DEFAULTS, DEMO, site).id_card_reader.url == url


def test_only_demo_and_training_speak_without_tls(tmp_path):
    site = site_of(tmp_path, "central.url", "http://central.example")
    words = f"{site} 第 3 行：central.url：正式使用时应是 https://地址"
    assert refused(DEFAULTS, site).startswith(words)
    assert read_settings(DEFAULTS, DEMO, site).central.url == "http://central.example"


def test_production_keeps_its_key_in_no_plain_file(tmp_path):
    site = site_of(tmp_path, "device_key.url", "file:/var/lib/kiosk/device.key")
    assert "正式使用时密钥不能是普通文件" in refused(DEFAULTS, site)
    assert read_settings(DEFAULTS, DEMO, site).device_key.url.startswith("file:")
    site = site_of(tmp_path, "central.identity", "file:/var/lib/kiosk/identity")
    assert "正式使用时身份密钥不能是普通文件" in refused(DEFAULTS, site)
    assert read_settings(DEFAULTS, DEMO, site).central.identity.startswith("file:")


def test_a_problem_is_reported_in_the_layer_that_names_the_key(tmp_path):
    above = tmp_path / "above.toml"
    above.write_text('[terminal]\ncode = "BZ-7"\n', "utf-8")
    site = site_of(tmp_path, "printer.url", "tcp://localhost:9100")
    assert refused(DEFAULTS, site, above).startswith(f"{site} 第 3 行：printer.url")


def test_a_profile_in_brackets_is_a_problem(tmp_path):
    site = write(tmp_path, 'profile = ["demo"]\n')
    assert f"{site} 第 1 行：profile：应是这几个之一" in refused(DEFAULTS, site)
