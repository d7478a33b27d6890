"""Check of the forms that an application's signature names: they are made again and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from central.problems import HttpProblem, not_processable
from kiosk.application.forms.definitions import FormDefinitions
from kiosk.application.office_views import WITH_FACTS

Document = Mapping[str, Any]

FORMS_WRONG = not_processable("content-wrong", "The forms are not said as they should be.")
FORMS_CHANGED = not_processable("forms-changed", "A form is not the one that was signed.")


@dataclass(frozen=True)
class FormCheck:
    """Compares the digests of each form's data and template with those made here.

    Terminals and this service are not upgraded at once: forms of another version than
    `definitions` can't be made here, and their application is taken, since its signature covers
    every fact.
    """

    definitions: FormDefinitions

    def wrong_forms(self, document: Document) -> HttpProblem | None:
        """Return the problem with the forms of an application, or None.

        It counts only after `wrong_facts` accepted the document.
        """
        if document["version"] < WITH_FACTS:
            return None
        match document.get("forms"):
            case {"version": str(version), "digests": dict()} as signed:
                pass
            case _:
                return FORMS_WRONG
        if version != self.definitions.version:
            return None
        try:
            made = self.definitions.record(document)
        except (AttributeError, KeyError, TypeError, ValueError):
            return FORMS_WRONG
        return None if made == signed else FORMS_CHANGED
