"""What can go wrong, each once? Words, voice and who can cure it: config/texts/failures.toml."""

from __future__ import annotations

from enum import StrEnum


class Curer(StrEnum):
    """Who can cure a failure."""

    PERSON = "person"
    HELPER = "helper"
    TECHNICIAN = "technician"


class Failure(StrEnum):
    """Every failure once."""

    # identity card and its reader
    CARD_MOVED = "card_moved"  # lifted while it was read
    CARD_NOT_IDENTITY = "card_not_identity"  # a bank card or an old card
    CARD_REFUSED = "card_refused"  # card and SAM refuse each other
    CARD_DAMAGED = "card_damaged"
    CARD_UNKNOWN_KIND = "card_unknown_kind"
    CARD_EXPIRED = "card_expired"
    CARD_NUMBER_WRONG = "card_number_wrong"
    READER_LOST = "reader_lost"  # port gone, or it does not answer
    READER_NOT_LICENSED = "reader_not_licensed"  # SAM 66
    READER_FAULT = "reader_fault"  # SAM 60, 24
    # face
    CAMERA_LOST = "camera_lost"
    PORTRAIT_MISSING = "portrait_missing"
    PORTRAIT_UNUSABLE = "portrait_unusable"
    FACE_NOT_ALIKE = "face_not_alike"
    FACE_TIME_OVER = "face_time_over"
    FACE_ENGINE_LOST = "face_engine_lost"
    # central service
    CENTRAL_UNREACHABLE = "central_unreachable"
    CENTRAL_STRANGE = "central_strange"  # HTML, redirects, an unsigned receipt
    PERSON_UNKNOWN = "person_unknown"  # no office knows this number
    CENTRAL_REFUSED = "central_refused"
    CENTRAL_REFUSED_LATER = "central_refused_later"  # after the slip was printed
    # this machine
    DISK_FULL = "disk_full"
    STORE_UNREADABLE = "store_unreadable"
    FONT_MISSING = "font_missing"
    CONFIG_WRONG = "config_wrong"
    # printer
    PRINTER_LOST = "printer_lost"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    # the form
    MOBILE_WRONG = "mobile_wrong"
    ACCOUNT_WRONG = "account_wrong"
    DAY_WRONG = "day_wrong"
    SIGNATURE_MISSING = "signature_missing"
    NOTHING_CHOSEN = "nothing_chosen"
