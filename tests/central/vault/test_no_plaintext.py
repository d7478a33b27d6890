"""Nothing that the fullest application says stands in the database, nor leaves the vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from central.intake.examiner import Intake
from central.store import copying
from central.vault.codec import encode
from central.vault_port import SealedRequest
from kiosk.crypto.envelope import canonical
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, POINT, TERMINAL, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, persona

SHORTEST = 6  # bytes; what is shorter stands everywhere by chance
WHEN = ("at", "retire_month")
"""Members that say a day or a month: so do the times of the service itself."""
KEPT = ("services", "id", "terminal", "way", "digest", "blob", "sealed_for")
"""Members that the database keeps: which services, and names of things."""

__all__ = ["central", "side"]  # fixtures


def texts_in(node: object, name: str = "") -> Iterator[str]:
    """Every text that an application says of a person."""
    if name in (*WHEN, *KEPT):
        return
    if isinstance(node, dict):
        for inner, one in node.items():
            yield from texts_in(one, str(inner))
    elif isinstance(node, list):
        for one in node:
            yield from texts_in(one, name)
    elif isinstance(node, str) and len(node.encode()) >= SHORTEST:
        yield node


def said_of_person(document: dict[str, object]) -> set[str]:
    """The values of the members that say something of the person."""
    values = {name: one for name, one in document.items() if name in ("applicant", "answers")}
    facts = document["facts"]
    assert isinstance(facts, dict)
    values["facts"] = [one.get("value") for name, one in facts.items() if name not in WHEN]
    return set(texts_in(values))


def rows_of(central: Standing) -> bytes:
    """Every row of the database, sealed columns included."""
    found: list[bytes] = []
    copying.dump(central.office.store.database, lambda _table, lines: found.extend(lines))
    return b"\n".join(found)


def filed(central: Standing, side: TerminalSide) -> dict[str, object]:
    """The fullest application, handed in over the wire; returns what it says."""
    facts = persona("liu")[1]
    counter = Counter(central, side, InventedVisitor(now=NOON).proved().happen(FactsKnown(facts)))
    envelope = central.office.store.cases.envelope_of(counter.file().id)
    assert envelope is not None
    return central.document(envelope)


def test_the_database_says_nothing_of_the_person(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    document = filed(central, side)
    said = said_of_person(document)
    assert len(said) >= 20, sorted(said)
    rows = rows_of(central)
    kept = [rows, *(path.read_bytes() for path in tmp_path.glob("central.db*"))]
    # The control: it is looked for where it would be, and in the form in which it would be.
    assert document["id"].encode() in rows  # type: ignore[attr-defined]
    for one in kept:
        for text in said:
            escaped = canonical(text)[1:-1]
            assert text.encode() not in one, text
            assert escaped not in one, text
            assert ascii(text)[1:-1].encode() not in one, text


def test_what_leaves_the_vault_says_nothing_of_the_person(
    central: Standing, side: TerminalSide
) -> None:
    document = filed(central, side)
    envelope = central.office.store.cases.envelope_of(str(document["id"]))
    assert envelope is not None
    request = SealedRequest(None, envelope, str(document["id"]), TERMINAL, POINT, NOON)  # type: ignore[arg-type]
    intake = central.opening.examine_application(request)
    assert isinstance(intake, Intake)
    attachments: list[bytes] = []
    told = canonical(encode(Intake, intake, attachments))
    assert attachments == [intake.envelope.sealed]
    assert [text for text in said_of_person(document) if text.encode() in told] == []
