"""The operator's file that says whereto alarms are sent: read, and each wrong place with a cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.alarm_sending.rounds import open_alarm_rounds
from central.alarm_sending.routes import read_alarm_routes, read_mailbox
from kiosk.config.schema import ConfigError
from tests.central.standing import CONFIG, Standing

ROUTES = """
[email]
host = "mail.city.example"
port = 587
security = "starttls"
sender = "kiosk@city.example"
recipients = ["room@city.example"]
user = "kiosk"
password_file = "password"

[webhook]
url = "https://hooks.city.example/alarms"
"""


def test_the_operators_file(tmp_path: Path, central: Standing) -> None:
    path = tmp_path / "alarms.toml"
    path.write_text(ROUTES)
    routes = read_alarm_routes(path, ())
    assert routes.email is not None
    with pytest.raises(ConfigError, match="password_file"):
        read_mailbox(path, routes.email)
    (tmp_path / "password").write_text("mail secret\n")
    mailbox = read_mailbox(path, routes.email)
    assert mailbox.password == "mail secret"
    assert "mail secret" not in repr(mailbox)
    rounds = open_alarm_rounds(central.office, path, central.keys.folder, CONFIG)
    rounds.open()
    rounds.close()
    path.write_text("")
    assert read_alarm_routes(path, ()).email is None


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("mail.city.example", "mail city", "邮件服务器的主机名"),
        ("587", "0", "1 到 65535"),
        ('"starttls"', '"plain"', "只能用于本机"),
        ('"starttls"', '"ssl"', "starttls、tls、plain"),
        ("kiosk@city.example", "kiosk", "应是邮件地址"),
        ('["room@city.example"]', "[]", "应是邮件地址"),
        ("room@city.example", "room@city.example\\nBcc: x@y.z", "应是邮件地址"),
        ("https://hooks", "http://hooks", "应是 https://"),
        ("hooks.city.example", "10.0.0.1", "内网地址"),
        ("url =", "address =", "url"),
    ],
)
def test_a_wrong_file_has_a_cure(tmp_path: Path, before: str, after: str, words: str) -> None:
    path = tmp_path / "alarms.toml"
    path.write_text(ROUTES.replace(before, after, 1))
    with pytest.raises(ConfigError, match=words):
        read_alarm_routes(path, ())
