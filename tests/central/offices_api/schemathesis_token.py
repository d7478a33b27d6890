"""Gives what schemathesis sends the system's token, and the mark; loaded by SCHEMATHESIS_HOOKS."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

STATUSES = Path(os.environ["STATUSES"])
TOKEN = os.environ["TOKEN"]


class TokenAuth(AuthBase):
    """Puts the access token into a request."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {TOKEN}"
        return request


@schemathesis.hook
def map_path_parameters(context: Any, parameters: Any) -> Any:
    """Ask about the case that is there, most of the time: all others are just unknown.

    The task of R08 stays claimed, or nothing that is decided about it would be read.
    """
    if not isinstance(parameters, dict) or parameters.get("case", 0) == 0:
        return parameters
    service = "R01" if context.operation.method.upper() == "DELETE" else "R08"
    return {**parameters, "case": 1, "service": service}


@schemathesis.hook
def after_call(_context: object, case: Any, response: Any) -> None:
    """Keep what was answered: a token that never counts would hide everything behind it."""
    with STATUSES.open("a") as file:
        file.write(f"{response.status_code} {case.operation.label}\n")


schemathesis.auth.set_from_requests(TokenAuth())
