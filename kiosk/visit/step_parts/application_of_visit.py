"""The application of a visit: what is handed in, and what its merged form tells before that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.application.document import Application, Filing, RetirementClaim, Way, compose
from kiosk.application.forms.document_case import case_of
from kiosk.form_case import FormCase
from kiosk.json_decoder import decode
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import (
    Visit,
    card_of,
    category_source,
    chosen,
    paper_set,
    situation_of,
)
from kiosk.visit.step_parts.application_facts import application_facts


def application_of(visit: Visit, book: ReferenceData) -> Application:
    """Return the application to hand in; consent, proof and confirmation must be there."""
    assert visit.identity.consent is not None
    assert visit.proof.accepted is not None
    assert visit.signature.confirmed_at is not None
    return compose(
        application_id=visit.application_id,
        terminal=book.settings.terminal.code,
        confirmed_at=visit.signature.confirmed_at,
        card=card_of(visit),
        retirement=RetirementClaim(
            situation=situation_of(visit),
            disputed=tuple(sorted(visit.facts.disputed)),
            insisted=tuple(sorted(visit.choice.insisted & set(chosen(visit, book)))),
            category_from=category_source(visit, book),
            facts_known=visit.facts.shared is not None,
            told_kind=visit.told_kind.value if visit.told_kind else "",
        ),
        services=chosen(visit, book),
        answers=visit.answers,
        facts=application_facts(visit, book, visit.signature.confirmed_at),
        papers=paper_set(visit, book),
        captured={**visit.papers.supplied, **visit.papers.captured},
        consent=visit.identity.consent,
        proof=visit.proof.accepted,
        ink=visit.signature.ink,
        views=book.views,
        forms=book.forms,
        filing=_filing(visit, book),
    )


def _filing(visit: Visit, book: ReferenceData) -> Filing:
    helped = visit.staff.session is not None and visit.on_behalf.way is Way.SELF
    return Filing(
        way=Way.HELPER_PRESENT if helped else visit.on_behalf.way,
        staff=visit.staff.session.id if visit.staff.session else "",
        checked_by=visit.staff.checked_by,
        proxy=visit.on_behalf.proxy,
        authority=visit.on_behalf.authority,
        rules_version=book.authority.version,
    )


def unsigned_case(visit: Visit, book: ReferenceData, moment: datetime) -> FormCase:
    """Return what the forms tell of the very document that would be signed at `moment`.

    Consent and proof must be there.
    """
    signature = replace(visit.signature, ink=(), confirmed_at=moment)
    application = application_of(replace(visit, signature=signature), book)
    return replace(case_of(decode(application.content)), signed_by="")


def signed_case(visit: Visit, book: ReferenceData) -> FormCase:
    """Return what the forms tell of the application that was signed."""
    return case_of(decode(application_of(visit, book).content))
