"""Check that an application shows the person's presence, or an authority to act for them.

What it shows is the terminal's word, sealed and signed for. Checked is whether the word is whole,
and whether the staff who helped or vouched work at that point with that right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from central.intake.authority import AuthorityCheck
from central.intake.moments import day_of, moment_of
from central.intake.proof_check import ProofCheck, ProofSubject
from central.intake.visitor import is_face_match
from central.intake.vouching import find_vouchers, read_vouching
from central.policy import VisitPolicy
from central.problems import HttpProblem, not_processable
from central.staff import PointStaff, StaffAccount
from kiosk.application.document import FOR_ANOTHER, Way
from kiosk.people.consent import ProofMethod
from kiosk.people.id_number import normalise
from kiosk.staff.roles import Right, rights_of
from kiosk.staff.roster import hash_card

Document = Mapping[str, Any]
Check = Callable[[Document], bool]

WITHOUT_THE_PERSON = frozenset({Way.HELPER_ABSENT, Way.BACK_ENTRY})
NO_PRESENCE = not_processable("no-presence", "Nothing shows that the person was there.")
ALONE = not_processable("vouched-alone", "Two of the staff vouch, or one and a picture.")
NOT_ALLOWED = not_processable("not-allowed", "Who helped or vouched may not do so at this point.")


def missing_presence(
    document: Document,
    staff: PointStaff,
    authority: AuthorityCheck,
    visits: VisitPolicy,
    proofs: ProofCheck,
    received: tuple[str, date],
    *,
    one_voucher_counts: bool,
) -> HttpProblem | None:
    """Return the problem with the evidence of who was there and who helped, None if there is none.

    - `staff`: who works at the terminal's point.
    - `authority`: the check of who may file for another.
    - `visits`: how long a visit may last.
    - `proofs`: what each proof is worth.
    - `received`: from which terminal the application came, and on which day.
    - `one_voucher_counts`: accept one voucher without a picture (terminals of older versions).
    """
    proof, signed_on = document.get("proof"), day_of(document.get("confirmed_at"))
    if not isinstance(proof, dict) or not _is_signed(document):
        return NO_PRESENCE
    terminal, day = received
    subject = ProofSubject(_number_of_filer(document), terminal, staff, signed_on or day, day)
    found = (
        _unproved(proof, document, visits, proofs, subject)
        or _unhelped(document, staff)
        or proofs.untaken(proof, _codes(document))
    )
    vouching = read_vouching(proof)
    if found is None and vouching is not None and vouching.is_alone and not one_voucher_counts:
        return ALONE
    if found is None and document["way"] in FOR_ANOTHER:
        if signed_on is None:
            return NO_PRESENCE
        missing = authority.missing(document, signed_on)
        return missing or _unproved_principal(document, staff, visits)
    return found


def is_principal_present(document: Document) -> bool:
    """Tell whether a filing for another person says that the principal was there.

    It is only reliable for a document that `missing_presence` accepted.
    """
    return _member(document, "authority", "presence") is not None


def _unproved_principal(
    document: Document, staff: PointStaff, visits: VisitPolicy
) -> HttpProblem | None:
    if not is_principal_present(document):
        return None
    if _member(document, "authority", "card_copy") is not None:  # the number was typed
        return NO_PRESENCE
    match _member(document, "authority", "presence"):
        case {
            "card": {"at": read_at},
            "consent": {"face": True},
            "proof": {"at": proved_at, **_rest} as proof,
            "staff": {"id": str(voucher), "at": seen_at},
        } if is_face_match(proof, visits.loosest_face):
            moments = (read_at, proved_at, seen_at)
            if not all(is_of_the_visit(one, document, visits) for one in moments):
                return NO_PRESENCE
            may = had_right(staff, voucher, Right.VOUCH, document)
            return None if may and not is_party(staff, voucher, document) else NOT_ALLOWED
    return NO_PRESENCE


def is_of_the_visit(said: object, document: Document, visits: VisitPolicy) -> bool:
    """Tell whether the time `said` lies within the longest visit before the signature.

    `visits` says how long that is.
    """
    moment, signed = moment_of(said), moment_of(document.get("confirmed_at"))
    if moment is None or signed is None:
        return False
    return timedelta(0) <= signed - moment <= timedelta(minutes=visits.minutes)


def is_party(staff: PointStaff, name: str, document: Document) -> bool:
    """Tell whether the account `name` is that of proxy or principal, who can't vouch here."""
    own = {hash_card(normalise(number)) for number in _numbers_of_parties(document)}
    return any(one.id == name and one.card_hash in own for one in staff.accounts)


def _unproved(
    proof: Document,
    document: Document,
    visits: VisitPolicy,
    proofs: ProofCheck,
    subject: ProofSubject,
) -> HttpProblem | None:
    match proof:
        case {"method": ProofMethod.FACE}:
            agreed = _member(document, "consent", "face") is True
            if not agreed or not is_face_match(proof, visits.loosest_face):
                return NO_PRESENCE
            return proofs.face_problem(proof, subject)
        case {"method": ProofMethod.CARD_PIN, "at": at}:
            here = is_of_the_visit(at, document, visits)
            return None if here and proofs.is_card_of(proof, subject.number) else NO_PRESENCE
        case {
            "method": ProofMethod.PHONE | ProofMethod.PLATFORM,
            "at": at,
            "token": str(token),
        } if token:
            return None if is_of_the_visit(at, document, visits) else NO_PRESENCE
        case {"method": ProofMethod.VOUCHED}:
            return None if _is_vouched(proof, document, subject.staff) else NOT_ALLOWED
        case {"method": ProofMethod.AUTHORITY} if document.get("way") in WITHOUT_THE_PERSON:
            return None
    return NO_PRESENCE


def _is_vouched(proof: Document, document: Document, staff: PointStaff) -> bool:
    vouching, day = read_vouching(proof), day_of(document.get("confirmed_at"))
    if vouching is None or day is None:
        return False
    return bool(find_vouchers(vouching, staff, _numbers_of_parties(document), day))


def _number_of_filer(document: Document) -> str:
    """Return the ID number of who proved to be there: the proxy where one files."""
    proxy = _member(document, "proxy", "number")
    number = proxy if document.get("way") == Way.PROXY else None
    return str(number or _member(document, "applicant", "number") or "")


def _codes(document: Document) -> tuple[str, ...]:
    """Return the codes of the services that are applied for."""
    found = document.get("services")
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _numbers_of_parties(document: Document) -> tuple[str, ...]:
    """Return the ID numbers of applicant and proxy, where given."""
    numbers = (_member(document, "applicant", "number"), _member(document, "proxy", "number"))
    return tuple(number for number in numbers if isinstance(number, str))


def _unhelped(document: Document, staff: PointStaff) -> HttpProblem | None:
    match document:
        case {"way": Way.SELF | Way.PROXY | Way.PHONE | Way.EMPLOYER}:
            return NOT_ALLOWED if "staff" in document else None
        case {"way": Way.HELPER_PRESENT, "staff": str(helper)}:
            return None if had_right(staff, helper, Right.FILE_FOR, document) else NOT_ALLOWED
        case {"way": Way.HELPER_ABSENT, "staff": str(helper)}:
            return None if had_right(staff, helper, Right.FILE_ABSENT, document) else NOT_ALLOWED
        case {"way": Way.BACK_ENTRY, "staff": str(one), "checked_by": str(other)}:
            both = all(had_right(staff, who, Right.BACK_ENTRY, document) for who in (one, other))
            return None if both and one != other else NOT_ALLOWED
    return NO_PRESENCE


def had_right(staff: PointStaff, name: str, right: Right, document: Document) -> bool:
    """Tell whether the account `name` had the right on the day of signing.

    That day counts because an application may arrive days after it was signed.
    """
    account = next((one for one in staff.accounts if one.id == name), None)
    day = day_of(document.get("confirmed_at"))
    return account is not None and day is not None and _had(account, right, day)


def _had(account: StaffAccount, right: Right, day: date) -> bool:
    return day <= account.valid_until and right in rights_of(account.role, account.rights)


def _is_signed(document: Document) -> bool:
    return bool(_member(document, "signature", "strokes"))


def _member(document: Document, table: str, name: str) -> object:
    found = document.get(table)
    return found.get(name) if isinstance(found, dict) else None
