"""How does a visit change in one step? Pure functions, named by the rows of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from kiosk.application.document import Filing, Way, compose
from kiosk.application.ink import KEY_MARK
from kiosk.failures import Failure
from kiosk.people.consent import Consent, Proof, ProofMethod
from kiosk.retirement.materials import Resolution
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.handbook import TEXT_VERSION, Handbook
from kiosk.visit.page import Act, Contrast, Pace, Reach, TextSize, Volume
from kiosk.visit.stages import Overlay
from kiosk.visit.state import (
    Purpose,
    Visit,
    card_of,
    category_source,
    chosen,
    known,
    open_papers,
    paper_set,
    still_asked,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.application.document import Application

PRINTER_FAILURES = (Failure.PRINTER_LOST, Failure.PAPER_OUT, Failure.COVER_OPEN)


def nothing(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Change nothing."""
    return visit


def forget(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Leave nothing of the visit but its ids and the number of its last request."""
    return Visit(visit.id, visit.application_id, request=visit.request)


# pages on top


def cover_with(overlay: Overlay) -> Callable[[Visit, ev.Happening, Context], Visit]:
    """Return the action that lays a page on top."""

    def cover(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
        return replace(visit, overlay=overlay)

    return cover


def close_overlay(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Take the page on top away."""
    return replace(visit, overlay=Overlay.NONE)


def call_helper(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Lay the help page on top, and call somebody unless that was done."""
    return replace(visit, overlay=Overlay.HELP, called=True)


def call_off(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Let nobody come, and go on."""
    return replace(visit, overlay=Overlay.NONE, called=False, bell=None)


def take_bell(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what came of the call, unless it was called off."""
    bell = expect(ev.BellTold, what).bell
    return replace(visit, bell=bell) if visit.called else visit


def change_view(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Turn the switch of text size, contrast, reach, volume or pace one further."""
    view, act = visit.view, expect(ev.Press, what).act
    if act is Act.LOUDER:
        louder = Volume((view.volume + 1) % len(Volume))
        return replace(visit, view=replace(view, volume=louder))
    if act is Act.SLOWER:
        pace = Pace.SLOW if view.pace is Pace.USUAL else Pace.USUAL
        return replace(visit, view=replace(view, pace=pace))
    if act is Act.CONTRAST:
        other = Contrast.HIGH if view.contrast is Contrast.LIGHT else Contrast.LIGHT
        return replace(visit, view=replace(view, contrast=other))
    if act is Act.LOWER:
        reach = Reach.SEATED if view.reach is Reach.STANDING else Reach.STANDING
        view = replace(view, reach=reach)
    else:
        view = replace(view, text_size=TextSize((view.text_size + 1) % len(TextSize)))
    return replace(visit, view=view, part=0)


def print_notice(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Ask for the one notice on paper."""
    return replace(visit, printing=True, failure=None)


# parts of long lists, failures


def turn_leaf(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Show the next answers of a page on which few can be reached."""
    return replace(visit, leaf=visit.leaf + 1)


def next_part(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Turn one part further; pages take the part modulo their number of parts."""
    return replace(visit, part=visit.part + 1, failure=None)


def previous_part(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Turn one part back."""
    return replace(visit, part=visit.part - 1, failure=None)


def note_failure(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep a device's failure for the page."""
    failing = (
        ev.CardFailed,
        ev.CodeFailed,
        ev.FaceFailed,
        ev.PrintFailed,
        ev.RatingLost,
        ev.ProgressUnknown,
        ev.MonthUnknown,
        ev.StoreFailed,
        ev.DeviceLost,
    )
    assert isinstance(what, failing)
    return replace(visit, failure=what.failure)


def clear_printer_failure(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say nothing more of the printer; whatever else is wrong stays said."""
    passed = visit.failure in PRINTER_FAILURES
    return replace(visit, failure=None) if passed else visit


# notice, card, proof


def ask_progress(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Remember that the person came to ask."""
    return replace(visit, purpose=Purpose.PROGRESS)


def consent_with_face(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Record the consent to the notice and to the face check."""
    consent = Consent(TEXT_VERSION, context.moment, face=True)
    began = context.moment if visit.card else None
    return replace(visit, consent=consent, face_began=visit.face_began or began)


def consent_without_face(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Record the consent to the notice alone."""
    return replace(visit, consent=Consent(TEXT_VERSION, context.moment, face=False))


def take_card(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep the card's facts."""
    card = expect(ev.CardRead, what).card
    began = context.moment
    return replace(visit, card=card, card_at=began, tries=0, face_began=began, turn_only=False)


def drop_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Forget the card's facts: another card may come."""
    return replace(visit, card=None, card_at=None, tries=0)


def take_hint(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Show what the coach says."""
    return replace(visit, hint=expect(ev.FaceHint, what).hint)


def take_proof(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep the figures of the match."""
    return replace(visit, proof=face_proof(what, context))


def face_proof(what: ev.Happening, context: Context) -> Proof:
    """Return the proof that a face check with a match is."""
    match = expect(ev.FaceMatched, what)
    figures = (match.score, match.threshold, match.engine, match.steps)
    return Proof(ProofMethod.FACE, context.moment, *figures)


def count_try(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Count a face check that ended without a match."""
    failure = expect(ev.FaceFailed, what).failure
    turn_only = visit.turn_only or failure is Failure.BLINK_NOT_SEEN
    return replace(visit, tries=visit.tries + 1, failure=failure, hint=None, turn_only=turn_only)


def ask_for_turns_only(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Ask for no closing of the eyes: a fresh check, which counts as no failed try."""
    return replace(visit, turn_only=True, failure=None, hint=None)


def file_after_all(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Begin to file: the person came to ask and has filed nothing yet."""
    return replace(visit, purpose=Purpose.FILE)


def take_progress(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep the state of each part, and the first day of what begins later."""
    known_now = expect(ev.ProgressKnown, what)
    states, number = known_now.states, known_now.case_number
    dated = replace(visit, due=known_now.due, opens=known_now.opens)
    asked = replace(dated, confirmation=known_now.confirmation)
    asked = replace(asked, confirm_until=known_now.confirm_until)
    return replace(asked, states=states, case_number=number, failure=None)


def ask_to_choose(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that nothing is chosen yet."""
    return replace(visit, failure=Failure.NOTHING_CHOSEN)


def drop_unasked(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Drop the answers that no chosen service needs any more: they are never handed in."""
    return replace(visit, answers=still_asked(visit, context.book))


# materials, review, signature


def _settle(visit: Visit, context: Context, how: Resolution) -> Visit:
    paper = open_papers(visit, context.book)[0]
    papers = {**visit.papers, paper.code: how}
    return replace(visit, papers=papers, capturing="", failure=None)


def begin_capture(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Take a picture of the first paper that is still open."""
    return replace(visit, capturing=open_papers(visit, context.book)[0].code, failure=None)


def take_paper(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Keep what stands for the captured paper."""
    found = expect(ev.PaperCaptured, what)
    settled = _settle(visit, context, Resolution.CAPTURED)
    return replace(settled, captured={**visit.captured, found.code: found.paper})


def note_no_picture(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say what was wrong with the picture."""
    return replace(visit, capturing="", failure=expect(ev.PaperFailed, what).failure)


def promise_paper(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Let a written promise stand for the paper (承诺书)."""
    return _settle(visit, context, Resolution.PROMISED)


def bring_later(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Bring the paper later: a missing paper never stops a visit."""
    return _settle(visit, context, Resolution.LATER)


def unsettle_papers(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Ask for the papers again."""
    return replace(visit, papers={}, captured={})


def ask_again(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Ask one question again, and those that hang on it."""
    field = expect(ev.Press, what).value
    gone = {field, *(one.field for one in context.book.questions if field in one.when)}
    kept = {name: text for name, text in visit.answers.items() if name not in gone}
    return replace(visit, answers=kept, overlay=Overlay.NONE)


def ask_to_sign(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that the name is missing."""
    return replace(visit, failure=Failure.SIGNATURE_MISSING)


def take_ink(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep the strokes."""
    return replace(visit, ink=expect(ev.Drawn, what).ink, failure=None)


def clear_ink(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Sign anew."""
    return replace(visit, ink=(), failure=None)


def clear_ink_to_change(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Drop the signature: what it would sign is about to change."""
    return replace(visit, ink=(), overlay=Overlay.CHANGE)


def sign_by_key(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Set a cross where whoever holds no pen asks for it; the application says that a key did."""
    return replace(visit, ink=KEY_MARK, failure=None)


def confirm(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Fix the moment; from here on the application has its id and digest."""
    return replace(visit, confirmed_at=visit.confirmed_at or context.moment)


def application_of(visit: Visit, book: Handbook) -> Application:
    """Return what the person hands in."""
    assert visit.consent is not None
    assert visit.proof is not None
    assert visit.confirmed_at is not None
    return compose(
        application_id=visit.application_id,
        terminal=book.settings.terminal.code,
        confirmed_at=visit.confirmed_at,
        card=card_of(visit),
        situation=known(visit),
        services=chosen(visit, book),
        answers=visit.answers,
        papers=paper_set(visit, book),
        captured=visit.captured,
        disputed=tuple(sorted(visit.disputed)),
        insisted=tuple(sorted(visit.insisted & set(chosen(visit, book)))),
        category_from=category_source(visit, book),
        facts_known=visit.shared is not None,
        told_kind=visit.told_kind.value if visit.told_kind else "",
        consent=visit.consent,
        proof=visit.proof,
        ink=visit.ink,
        views=book.views,
        filing=_filing(visit, book),
    )


def _filing(visit: Visit, book: Handbook) -> Filing:
    helped = visit.staff is not None and visit.way is Way.SELF
    return Filing(
        way=Way.HELPER_PRESENT if helped else visit.way,
        staff=visit.staff.id if visit.staff else "",
        checked_by=visit.checked_by,
        proxy=visit.proxy,
        authority=visit.authority,
        rules_version=book.authority.version,
    )


# after submitting


def not_stored(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Return to the review with everything kept; nothing was handed in."""
    failure = expect(ev.StoreFailed, what).failure
    return replace(_anew(visit), failure=failure)


def take_refusal(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Return to the review: the central service would not take it.

    What is signed next is another application: under the refused id it would never be sent.
    """
    return replace(_anew(visit), failure=Failure.CENTRAL_REFUSED)


def turn_to_case(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Show the case that this person filed elsewhere: there is never a second one."""
    other = expect(ev.CaseUnderWay, what).application_id
    return replace(_anew(visit), application_id=other, filed_elsewhere=True, part=0, failure=None)


def _anew(visit: Visit) -> Visit:
    """Return the visit with another id for what is signed next: one id never has two digests."""
    anew = str(uuid5(UUID(visit.application_id), "anew"))
    return replace(visit, ink=(), confirmed_at=None, application_id=anew)


def note_refusal(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that what was handed in here was refused there; a helper has to look at it."""
    return replace(visit, failure=Failure.CENTRAL_REFUSED_LATER)


def take_receipt(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep the signed receipt."""
    return replace(visit, receipt=expect(ev.Accepted, what).receipt, pending=False)


def take_pending(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Note that it is handed in here and not yet received there."""
    return replace(visit, pending=True)


def take_grade(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep the grade, 5 to 1."""
    return replace(visit, grade=int(expect(ev.Press, what).value))
