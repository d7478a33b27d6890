"""Invented applicants: people who cannot exist, in any number, each a separate person."""

from __future__ import annotations

import json
import re
import uuid
from random import Random
from typing import Any

from kiosk.application.document import KIND, TAKEN_VERSIONS, Application, mask_name
from kiosk.crypto.envelope import OpeningKey, canonical, digest, new_opening_key

AT = "2026-11-23T09:30:00+08:00"
SERVICES = ("R01", "R06", "R07", "R09", "R17")
NAME = "金丝雀"
# No division has the code 999999, so these numbers are nobody's; ten digits never come by chance.
NUMBER = "9999991966"
# In whatever form somebody might have written them.
SECRETS = re.compile(
    b"|".join(
        map(
            re.escape,
            (NUMBER.encode(), NAME.encode(), json.dumps(NAME)[1:-1].encode(), NAME.encode("gbk")),
        )
    )
)
STROKES, POINTS = 6, 50


def invent(
    number: int, application_id: str = "", services: tuple[str, ...] = SERVICES
) -> Application:
    """Return the application of person `number`, about 12 kB; the same for the same arguments."""
    application_id = application_id or id_of(number)
    content = canonical(_document(number, application_id, services))
    return Application(application_id, digest(content), content, services, mask_name(NAME))


def id_of(number: int) -> str:
    """Return the id of person `number`'s application."""
    return str(uuid.UUID(int=Random(number).getrandbits(128), version=4))  # noqa: S311


def number_of(content: bytes) -> int:
    """Return the number of the person whose application this is."""
    said: str = json.loads(content)["applicant"]["number"]
    return int(said[len(NUMBER) :])


def central_key(seed: int) -> OpeningKey:
    """Return the key that opens these people's applications."""
    return new_opening_key(Random(seed).randbytes)  # noqa: S311 - a key for nobody


def _document(number: int, application_id: str, services: tuple[str, ...]) -> dict[str, Any]:
    hand = Random(number)  # noqa: S311
    line = [[round(hand.uniform(0.0, 80.0), 2) for _ in range(3)] for _ in range(POINTS)]
    return {
        "version": min(TAKEN_VERSIONS),  # without facts
        "kind": KIND,
        "id": application_id,
        "way": "self",
        "confirmed_at": AT,
        "consent": {"face": True},
        "proof": {"method": "face", "score": 0.31, "threshold": 0.42, "engine": "dlib128"},
        "applicant": {"name": NAME, "number": f"{NUMBER}{number:08d}"},
        "services": list(services),
        "answers": {"mobile": f"1390000{number % 10_000:04d}"},
        "signature": {"strokes": [line] * STROKES},
    }
