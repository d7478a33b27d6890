"""The texts that a vendor's card library returns: LD/T 33, GBK, fields ended by `|`.

The fields: region, number, card number, card identifier, name, reset information, version, day of
issue, valid until, terminal number, device number.
"""

from __future__ import annotations

from typing import Final

from drivers.protocols.card_texts import read_card_texts
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardCryptograms

CRYPTOGRAM_BYTES: Final = 16
NEEDS_CENTRAL: Final = frozenset({-2201, -2202, -2203, -24, -27272})  # no PSAM in the reader
_LEAST_FIELDS = 9  # those after them say nothing of the card


def split(raw: bytes) -> tuple[str, ...]:
    """Return the fields of a text up to its first zero byte; what is not GBK becomes U+FFFD."""
    text = raw.split(b"\0", 1)[0].decode("gb18030", "replace")
    return tuple(field.strip() for field in text.removesuffix("|").split("|"))


def parse(raw: bytes) -> SsCard | None:
    """Return the card in the text of a successful call; None when it has too few fields."""
    fields = split(raw)
    if len(fields) < _LEAST_FIELDS:
        return None
    _region, number, card_number, identifier, name, _reset, version, issued, until = fields[:9]
    return SsCard(
        card_identifier=identifier.upper(),
        spec_version=version,
        issue_date=issued,
        valid_to=until,
        card_number=card_number,
        ssn=number,
        name=name,
    )


def says_no_card(raw: bytes) -> bool:
    """Tell whether the text of a failed call means an empty slot.

    The words are looked at because each vendor has its own codes.
    """
    text = "|".join(split(raw))
    return any(words in text for words in read_card_texts().empty_slot)


def second_step(answer: CardCryptograms) -> bytes:
    """Return the argument of iReadCardBas_HSM_Step2.

    The result of internal, then of external authentication, each in 32 hexadecimal digits.
    """
    results = (answer.internal, answer.external)
    return "".join(f"{one.hex().upper()}|" for one in results).encode("ascii")
