"""The command `central staff`: a new account of the staff, with a random PIN."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kiosk.people import id_number
from kiosk.staff.code import KEY_BYTES, write_key
from kiosk.staff.pin import SALT_BYTES, draw_pin, hash_pin
from kiosk.staff.roles import ROLE_RIGHTS, Right, Role
from kiosk.staff.roster import hash_card

ID = re.compile(r"[A-Z]{1,4}-[0-9]{1,6}")


@dataclass(frozen=True)
class NewAccount:
    """A new member of the staff; `number` is that of the identity card, `id` a pseudonym."""

    id: str
    role: Role
    name: str
    number: str
    valid_until: date


def trouble_with(wanted: NewAccount, today: date) -> str:
    """Return what is wrong with the new account, "" for nothing."""
    if ID.fullmatch(wanted.id) is None:
        return "the id is one to four capitals, a hyphen and up to six digits: H-0012"
    if not id_number.is_valid(id_number.normalise(wanted.number), today):
        return "this is no identity number"
    return ""


def make_account(
    wanted: NewAccount, below: Callable[[int], int], random: Callable[[int], bytes]
) -> tuple[str, str]:
    """Return the lines for config/staff/POINT.toml, and the PIN, which is stored nowhere.

    An account that may do maintenance also gets a key of the second factor, which is valid at this
    point alone. `below(n)` draws a random number below n, `random(n)` n random bytes.

    `wanted` is what the operator typed.
    """
    pin = draw_pin(below)
    said = {
        "id": wanted.id,
        "role": wanted.role.value,
        "name": wanted.name,
        "card_hash": hash_card(id_number.normalise(wanted.number)),
        "pin_hash": hash_pin(pin, random(SALT_BYTES)),
        "rights": sorted(right.value for right in ROLE_RIGHTS[wanted.role]),
    }
    if Right.MAINTENANCE in ROLE_RIGHTS[wanted.role]:
        said["code_key"] = write_key(random(KEY_BYTES))
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    lines.append(f"valid_until = {wanted.valid_until.isoformat()}")
    return "\n".join(("[[accounts]]", *lines)) + "\n", pin
