"""An application document of version 3, as far as forms read it. All persons are invented."""

from pathlib import Path
from typing import Any

from kiosk.retirement.reading import read_catalogue

ROOT = Path(__file__).resolve().parents[4]
CONFIG, ASSETS = ROOT / "config", ROOT / "assets"
NAME, NUMBER, ACCOUNT = "王秀英", "341623197603200342", "6200000000000716688"
AT = "2026-11-29T10:12:05+08:00"
VALUES: dict[str, Any] = {
    "name": NAME,
    "sex": "2",
    "ethnicity": "01",
    "birth": "1976-03-20",
    "id_no": NUMBER,
    "id_valid": "长期",
    "hukou_addr": "安徽省亳州市利辛县示范镇示范村三组",
    "live_code": "利辛县示范镇示范村",
    "mobile": "13900005502",
    "kind": "QY",
    "category": "F50",
    "unit_name": "亳州市示范纺织厂",
    "unit_uscc": "91341600MA0000002W",
    "work_start": "1994-03",
    "paid_months": 276,
    "deemed_months": 40,
    "route": "R01",
    "retire_month": "2026-11",
    "bank": "示范银行利辛支行",
    "account": ACCOUNT,
    "marital": "widowed",
    "child_birth": "20000102",
    "earlier_places": ["合肥市", "阜阳市"],
}
OFFICE = ("kind", "unit_name", "paid_months", "deemed_months", "bank", "account")
WORDS = {"route": "到龄退休"}
INK = [[[20.0 + 2 * at, 40.0 + at % 7, at * 0.02] for at in range(40)], [[90.0, 40.0, 1.0]]]


def fact(name: str, value: Any) -> dict[str, Any]:
    said = {"value": value, "source": "person", "at": AT, "state": "confirmed"}
    said |= {"source": "office", "office": "RS"} if name in OFFICE else {}
    return said | ({"words": WORDS[name]} if name in WORDS else {})


def document(**changed: Any) -> dict[str, Any]:
    """Return a document with every field of the catalogue, and what is changed in it."""
    catalogue = read_catalogue(CONFIG)
    facts = {name: {"reason": "person_has_none"} for name in catalogue.fields}
    facts |= {name: fact(name, value) for name, value in VALUES.items()}
    facts["resume"] = {"reason": "office_unreachable", "office": "RS"}
    facts["paid_months"]["state"] = "marked_wrong"
    said = {
        "version": 3,
        "id": "0192f0c1-0000-7000-8000-000000000001",
        "terminal": "T-341623-0001",
        "confirmed_at": AT,
        "way": "self",
        "applicant": {"name": NAME, "number": NUMBER},
        "retirement": {"insisted": ["R15"]},
        "services": [code for code in catalogue.services if code not in {"R02", "R03"}],
        "facts": facts,
        "papers": [
            {"code": "A1", "settled": "fetched", "pages": []},
            {"code": "P2", "settled": "promised", "pages": []},
            {"code": "P3", "settled": "captured", "pages": [{}, {}]},
        ],
        "signature": {"by": "finger", "strokes": INK},
    }
    return said | changed


def proxy_document() -> dict[str, Any]:
    authority = {
        "since": "2026-11-29",
        "until": "2026-12-29",
        "scope": "apply",
        "relation": "child",
    }
    proxy = {"name": "李强", "number": "341602196606150019"}
    return document(way="proxy", authority=authority, proxy=proxy)
