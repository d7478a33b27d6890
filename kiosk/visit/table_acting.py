"""The rows of who acts for another: for whom, by what authority, and is the person here?"""

from __future__ import annotations

from kiosk.visit import acting, mending
from kiosk.visit import actions as do
from kiosk.visit import answering as reply
from kiosk.visit import authorising as show
from kiosk.visit import checking as limits
from kiosk.visit import inspecting as inspect
from kiosk.visit import presence as there
from kiosk.visit.page import Act
from kiosk.visit.row import Row
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.table_inspection import inspection
from kiosk.visit.table_writing import writing

S, A = Stage, Act

ACTING_ROWS: tuple[Row, ...] = (
    # for whom, and by what authority
    *inspection(S.PRINCIPAL),
    Row(S.PRINCIPAL, "CardRead", S.PRINCIPAL, acting.refuse_own, acting.is_own_card, anew=True),
    Row(S.PRINCIPAL, "CardRead", S.PRINCIPAL, inspect.hold_card, inspect.is_doubtful),
    Row(S.PRINCIPAL, A.CONFIRM_CARD, S.AUTHORITY, inspect.take_principal, inspect.is_comparing),
    Row(S.PRINCIPAL, "CardRead", S.AUTHORITY, acting.take_principal),
    Row(S.PRINCIPAL, "CardFailed", S.PRINCIPAL, do.note_failure),
    Row(S.PRINCIPAL, A.NO_CARD, S.PRINCIPAL, acting.begin_typing, acting.may_type, anew=True),
    Row(S.PRINCIPAL, A.DIGIT, S.PRINCIPAL, acting.type_number, acting.types_number),
    Row(S.PRINCIPAL, A.DIGIT, S.PRINCIPAL, reply.take_character, acting.types_name),
    *writing(S.PRINCIPAL, acting.types_name),
    Row(S.PRINCIPAL, A.MORE, S.PRINCIPAL, do.next_part, acting.types_name),
    Row(S.PRINCIPAL, A.ERASE, S.PRINCIPAL, reply.erase, acting.is_typing),
    Row(S.PRINCIPAL, A.NEXT, S.PRINCIPAL, acting.refuse_number, acting.number_wrong),
    Row(S.PRINCIPAL, A.NEXT, S.PRINCIPAL, acting.take_number, acting.types_number),
    Row(S.PRINCIPAL, A.NEXT, S.PRINCIPAL, acting.take_name, acting.has_name),
    Row(S.PRINCIPAL, A.CAPTURE, S.PRINCIPAL, acting.capture_card, acting.wants_card_copy),
    Row(S.PRINCIPAL, "PaperCaptured", S.AUTHORITY, acting.take_card_copy, mending.is_waited_for),
    Row(S.PRINCIPAL, "PaperFailed", S.PRINCIPAL, do.note_no_picture),
    Row(S.PRINCIPAL, A.BACK, S.PRINCIPAL, acting.undo_typing, acting.is_typing, anew=True),
    Row(S.PRINCIPAL, A.BACK, S.PRINCIPAL, do.cover_with(Overlay.QUIT)),
    Row(S.AUTHORITY, "PrincipalsCounted", S.LEAFLET, limits.note_limit, limits.over_limit),
    Row(S.AUTHORITY, A.PICK, S.AUTHORITY, show.pick, show.is_picked),
    Row(S.AUTHORITY, A.MORE, S.AUTHORITY, do.next_part),
    Row(S.AUTHORITY, A.DIGIT, S.AUTHORITY, show.type_day, show.types_day),
    Row(S.AUTHORITY, A.ERASE, S.AUTHORITY, reply.erase, show.types_day),
    Row(S.AUTHORITY, A.NEXT, S.AUTHORITY, show.refuse_day, show.day_wrong),
    Row(S.AUTHORITY, A.NEXT, S.AUTHORITY, show.take_day, show.types_day),
    Row(S.AUTHORITY, A.AGREE, S.PROOF, there.agree_to_face, there.asks_presence),
    Row(
        S.AUTHORITY,
        A.AGREE_WITHOUT_FACE,
        S.AUTHORITY,
        there.go_without_presence,
        there.asks_presence,
    ),
    Row(S.AUTHORITY, "Drawn", S.AUTHORITY, show.take_ink, show.signs),
    Row(S.AUTHORITY, A.MARK, S.AUTHORITY, show.mark, show.signs),
    Row(S.AUTHORITY, A.CLEAR_INK, S.AUTHORITY, show.clear_ink, show.signs),
    Row(S.AUTHORITY, A.CAPTURE, S.AUTHORITY, show.capture_paper, show.may_capture),
    Row(S.AUTHORITY, "PaperCaptured", S.AUTHORITY, show.take_page, mending.is_waited_for),
    Row(S.AUTHORITY, "PaperFailed", S.AUTHORITY, do.note_no_picture),
    Row(S.AUTHORITY, A.AUTHORISE, S.FACTS, show.authorise, show.is_shown),
    Row(S.AUTHORITY, A.AUTHORISE, S.AUTHORITY, do.ask_to_sign, show.signs),
    Row(S.AUTHORITY, A.BACK, S.AUTHORITY, show.unsay, show.something_said),
    Row(S.AUTHORITY, A.BACK, S.PRINCIPAL, show.drop_principal),
    # is the person here? The own face, then somebody of the staff beside
    Row(
        S.PROOF, "FaceMatched", S.AUTHORITY, there.take_face_beside_staff, there.proves_beside_staff
    ),
    Row(S.PROOF, "FaceMatched", S.WITNESS, there.take_face, there.proves_principal),
    Row(S.PROOF, "FaceFailed", S.AUTHORITY, there.go_without_presence, there.spends_last_try),
    Row(S.PROOF, A.DECLINE_FACE, S.AUTHORITY, there.go_without_presence, there.proves_principal),
    Row(S.PROOF, A.BACK, S.AUTHORITY, there.drop_presence, there.proves_principal),
)
