"""Nothing is sent into the operator's own networks, whatever a name leads to."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from central.webhooks.addresses import (
    AddressTrouble,
    address_to_call,
    resolve_name,
    url_trouble,
)
from central.webhooks.policy import read_webhook_policy
from kiosk.config.schema import ConfigError
from tests.central.standing import CONFIG, Standing
from tests.central.webhooks.told_office import telling

URL = "https://office.example.invalid/events"
PUBLIC = "93.184.216.34"
PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds tell a machine its secrets
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::e000:1",  # multicast behind NAT64
    "64:ff9b:1::a00:1",  # NAT64 of the own network
    "2002:a00:1::",
    "2002:e000:1::",
    "ff02::1",
    "ff0e::1",
    "232.1.1.1",
    "198.18.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "240.0.0.1",
    "::10.0.0.1",
    "::ffff:0:10.0.0.1",
    "fec0::1",
    "2001:0:a00:1::",
    "2001:20::1",
    "2001:db8::1",
    "5f00::1",
    "4000::1",
)


def called(url: str = URL, *found: str, networks: tuple[str, ...] = ()) -> str | AddressTrouble:
    allowed = tuple(ip_network(one) for one in networks)
    return address_to_call(url, allowed, lambda _host, _port: found)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_not_called(address: str) -> None:
    assert called(URL, address) is AddressTrouble.PRIVATE
    assert called(URL, PUBLIC, address) is AddressTrouble.PRIVATE, "not even beside a public one"
    host = f"[{address}]" if ":" in address else address
    assert url_trouble(f"https://{host}/events", ()) is AddressTrouble.PRIVATE


def test_a_public_address_is_called_by_the_address_that_was_looked_at() -> None:
    assert called(URL, PUBLIC) == PUBLIC
    for address in ("2606:4700::1111", "240e::1", "64:ff9b::5db8:d822", "2002:5db8:d822::"):
        assert called(URL, address) == address


def test_a_network_that_the_setting_names_may_be_called() -> None:
    assert called(URL, "10.20.0.9", networks=("10.20.0.0/16",)) == "10.20.0.9"
    assert called(URL, "::ffff:10.20.0.9", networks=("10.20.0.0/16",)) == "::ffff:10.20.0.9"
    assert called(URL, "10.21.0.9", networks=("10.20.0.0/16",)) is AddressTrouble.PRIVATE
    assert called(URL, "10.20.0.9", networks=("fd00::/8",)) is AddressTrouble.PRIVATE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://office.example.invalid/events",
        "ftp://office.example.invalid/",
        "https:///events",
        "https://",
        "office.example.invalid",
        "https://user@office.example.invalid/",
        "https://user:word@office.example.invalid/",
        "https://office.example.invalid/#part",
        "https://office.example.invalid:99999/",
        "https://office.example.invalid:0/",
        "https://office.example.invalid/a b",
        "https://office.example.invalid/\r\nHost: other",
        "https://局.example.invalid/",
        "https://[::1/",
        "https://office.example.invalid/" + "a" * 2000,
    ],
)
def test_what_is_no_address_of_a_receiver(url: str) -> None:
    assert url_trouble(url, ()) is AddressTrouble.NO_URL
    assert called(url, PUBLIC) is AddressTrouble.NO_URL


def test_a_name_that_nobody_knows() -> None:
    def unknown(_host: str, _port: int) -> tuple[str, ...]:
        raise OSError

    assert address_to_call(URL, (), unknown) is AddressTrouble.UNKNOWN_HOST
    assert called(URL) is AddressTrouble.UNKNOWN_HOST
    assert called(URL, "not an address") is AddressTrouble.UNKNOWN_HOST


def test_the_system_s_resolver_is_asked() -> None:
    assert set(resolve_name("localhost", 443)) & {"127.0.0.1", "::1"}


def test_a_name_that_turns_to_this_machine_gets_no_call(central: Standing) -> None:
    """DNS rebinding: the name was public when the address was set."""
    with telling(central, private_networks=()) as told:
        told.add()
        told.file()
        assert told.work() == 0
        assert told.receiver.came == []
        assert told.listed().trouble == "private"


def test_a_wrong_network_is_named(tmp_path: Path) -> None:
    text = (CONFIG / "webhooks.toml").read_text("utf-8")
    file = tmp_path / "webhooks.toml"
    file.write_text(text.replace("private_networks = []", 'private_networks = ["10.20/99"]'))
    with pytest.raises(ConfigError, match=r"10\.20/99"):
        read_webhook_policy(tmp_path)
