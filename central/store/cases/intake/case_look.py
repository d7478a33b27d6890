"""One look at everything that decides what becomes of an application."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any

from central.store.cases.intake import helper_look
from central.store.cases.open_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from central.intake.examiner import Intake
    from central.store.cases.intake.helper_look import HelperLook, HelperQuestion

_OTHER = """
    SELECT a.id, a.case_number FROM open_part AS p JOIN application AS a ON a.id = p.application_id
    WHERE p.person = {person} AND p.part IN ({parts}) ORDER BY a.serial LIMIT 1
"""
# PostgreSQL is not to choose: planned while the tables are empty, it would read all cases in their
# order, and all open parts for each, and go on so once they are full.
_OTHER_BY_KEYS = """
    SELECT a.id, a.case_number FROM (
        SELECT DISTINCT p.application_id FROM open_part AS p
        WHERE p.person = {person} AND p.part IN ({parts}) OFFSET 0
    ) AS mine CROSS JOIN LATERAL (
        SELECT id, case_number, serial FROM application WHERE id = mine.application_id LIMIT 1
    ) AS a ORDER BY a.serial LIMIT 1
"""
_EACH = "SELECT json_array_elements_text({})"
_MARK = """
    (SELECT count(*) FROM mark WHERE kind = '{kind}' AND mark = {mark}),
    (SELECT count(*) FROM mark WHERE kind = '{kind}' AND mark = {mark} AND person = {person})
"""
_OWN_COLUMNS = 11
_HELPED = "/* helped */"  # the place of the columns about who helped
_POSTGRESQL = f"""
    SELECT known.digest, known.receipt, other.id, other.case_number,
        CASE WHEN known.id IS NULL AND other.id IS NULL
            THEN nextval(pg_get_serial_sequence('application', 'serial')) END,
        {_MARK.format(kind="account", mark="%(account)s", person="%(person)s")},
        {_MARK.format(kind="mobile", mark="%(mobile)s", person="%(person)s")},
        (SELECT json_agg(office)::text FROM office_queue),
        (SELECT json_agg(json_build_array(client, office))::text FROM office_webhook)
        {_HELPED}
    FROM (SELECT 1) AS one
    LEFT JOIN application AS known ON known.id = %(id)s
    LEFT JOIN LATERAL ({
    _OTHER_BY_KEYS.format(
        person="%(person)s", parts="SELECT json_array_elements_text(%(parts)s::json)"
    )
}) AS other ON true
"""  # noqa: S608 - no value stands in the text
# The inner LIMIT keeps the planner from reading all cases for the few that are asked for.
_MANY = f"""
    SELECT known.digest, known.receipt, other.id, other.case_number,
        CASE WHEN known.digest IS NULL AND other.id IS NULL
            THEN nextval(pg_get_serial_sequence('application', 'serial')) END,
        {_MARK.format(kind="account", mark="asked.account", person="asked.person")},
        {_MARK.format(kind="mobile", mark="asked.mobile", person="asked.person")},
        (SELECT json_agg(office)::text FROM office_queue),
        (SELECT json_agg(json_build_array(client, office))::text FROM office_webhook),
        asked.id
    FROM json_to_recordset(%(asked)s::json)
        AS asked(id text, person text, parts json, account text, mobile text)
    LEFT JOIN LATERAL (
        SELECT digest, receipt FROM application WHERE application.id = asked.id LIMIT 1
    ) AS known ON true
    LEFT JOIN LATERAL ({
    _OTHER_BY_KEYS.format(
        person="asked.person", parts="SELECT json_array_elements_text(asked.parts)"
    )
}) AS other ON true
"""  # noqa: S608 - no value stands in the text
_SQLITE = f"""
    SELECT known.digest, known.receipt, other.id, other.case_number,
        (SELECT coalesce(max(serial), 0) + 1 FROM application),
        {_MARK.format(kind="account", mark=":account", person=":person")},
        {_MARK.format(kind="mobile", mark=":mobile", person=":person")},
        NULL, (SELECT json_group_array(json_array(client, office)) FROM office_webhook)
        {_HELPED}
    FROM (SELECT 1) AS one
    LEFT JOIN application AS known ON known.id = :id
    LEFT JOIN ({
    _OTHER.format(person=":person", parts="SELECT value FROM json_each(:parts)")
}) AS other ON true
"""  # noqa: S608


@dataclass(frozen=True)
class KnownCase:
    """The application that came before under this id."""

    digest: str
    receipt: bytes


@dataclass(frozen=True)
class CaseLook:
    """What the database says before an application is stored.

    - `known`: what came under the same id, None for nothing; `other`: id and number of the person's
      case in which one of the services is under way, None for none.
    - `serial`: that of the new case, 0 when there will be none.
    - `mark_counts`: for each kind of mark, how many gave the same, and whether this person did.
    - `served`: the offices with workers; `webhooks`: client and office of each webhook.
    - `helped`: what was asked about who helped, None where nothing was.
    """

    known: KnownCase | None
    other: tuple[str, str] | None
    serial: int
    mark_counts: Mapping[str, tuple[int, bool]]
    served: frozenset[str] = field(default_factory=frozenset)
    webhooks: tuple[tuple[str, str], ...] = ()
    helped: HelperLook | None = None


def look_at_case(
    connection: sa.Connection, intake: Intake, asked: HelperQuestion | None = None
) -> CaseLook:
    """Return what stands in the database for an application that was examined.

    Of a person who was not there nothing is told, so not either whether a case is open. `asked`:
    what is to be known of who helped, in the same look.
    """
    embedded = connection.dialect.name == "sqlite"
    said = _asked(intake) | {"parts": json.dumps(_parts(intake))}
    more = asked.parameters() if asked else {}
    text = _statement(embedded=embedded, helped=asked is not None)
    row = connection.exec_driver_sql(text, said | more).one()
    return _read(row)


def look_at_cases(connection: sa.Connection, intakes: Sequence[Intake]) -> list[CaseLook]:
    """Do what `look_at_case` does for each of several, in one round trip to PostgreSQL.

    Each has an id of its own; nobody helped with any of them.
    """
    asked = [_asked(one) | {"parts": _parts(one)} for one in intakes]
    said = {"asked": json.dumps(asked, ensure_ascii=False)}
    rows = connection.exec_driver_sql(_MANY, said).all()
    found = {row[_OWN_COLUMNS]: _read(row[:_OWN_COLUMNS]) for row in rows}
    return [found[one.envelope.id] for one in intakes]


def _asked(intake: Intake) -> dict[str, Any]:
    return {
        "id": intake.envelope.id,
        "person": intake.person,
        "account": intake.marks.get("account", ""),
        "mobile": intake.marks.get("mobile", ""),
    }


def _parts(intake: Intake) -> list[str]:
    return [] if intake.awaits else sorted(parts_of(intake.services))


@cache
def _statement(*, embedded: bool, helped: bool) -> str:
    text = _SQLITE if embedded else _POSTGRESQL
    names = {name for _, name, _, _ in Formatter().parse(helper_look.COLUMNS) if name}
    marks = {name: f":{name}" if embedded else f"%({name})s" for name in names}
    return text.replace(_HELPED, f", {helper_look.COLUMNS.format(**marks)}" if helped else "")


def _read(row: Any) -> CaseLook:
    hooks, helped = json.loads(row[10] or "[]"), row[_OWN_COLUMNS:]
    return CaseLook(
        known=None if row[0] is None else KnownCase(row[0], bytes(row[1])),
        other=None if row[2] is None else (row[2], row[3]),
        serial=row[4] or 0,
        mark_counts={
            "account": (row[5], bool(row[6])),
            "mobile": (row[7], bool(row[8])),
        },
        served=frozenset(json.loads(row[9] or "[]")),
        webhooks=tuple((client, office) for client, office in hooks),
        helped=helper_look.read_helper_look(helped) if helped else None,
    )
