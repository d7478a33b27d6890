"""The services of an office as its system needs them: papers, reasons of refusals, results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from central.offices_api.api_table import OfficeOperation, json_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from central.offices_api.api_table import OfficeCall


def list_services(call: OfficeCall) -> Response:
    """Return the services of the office, with the limits of what is said about them."""
    limits = call.context.rules.desk.limits
    said = {
        "office": call.client.office,
        "most_letters": limits.most_letters,
        "most_days": limits.most_days,
        "services": [
            _service_json(call, code) for code in call.context.services_of(call.client.office)
        ],
    }
    return json_answer(said)


def _service_json(call: OfficeCall, code: str) -> Mapping[str, Any]:
    desk, reader = call.context.rules.desk, call.context.reader_of(code)
    grounds = desk.refusals_of(code).items()
    return {
        "code": code,
        "name": call.context.services[code].name,
        "unit": desk.unit_of(code),
        "law": reader.law(),
        "papers": [{"code": one, "name": name} for one, name in reader.papers().items()],
        "grounds": [{"name": name, "words": one.words} for name, one in grounds],
        "results": [kind.value for kind in reader.kinds()],
        "needed_results": [kind.value for kind in reader.needed()],
        "second_looks": [act.value for act in desk.second_looks().get(code, ())],
    }


OPERATIONS = (OfficeOperation("GET", "/v1/services", list_services),)
