"""All failures, each once; words and cures stand in config/texts/failures.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path


class Curer(StrEnum):
    """Who can cure a failure."""

    PERSON = "person"
    HELPER = "helper"
    TECHNICIAN = "technician"


class Failure(StrEnum):
    """A failure, as devices, services and rules report it."""

    # identity card and its reader
    CARD_MOVED = "card_moved"  # lifted while it was read
    CARD_NOT_IDENTITY = "card_not_identity"  # a bank card or an old card
    CARD_REFUSED = "card_refused"  # card and SAM refuse each other
    CARD_REFUSED_AGAIN = "card_refused_again"  # by the SAM (32), also when laid anew
    CARD_LEFT = "card_left"  # an earlier card still lies there, or the same one after a read
    CARD_DAMAGED = "card_damaged"
    CARD_UNKNOWN_KIND = "card_unknown_kind"
    CARD_EXPIRED = "card_expired"
    CARD_NUMBER_WRONG = "card_number_wrong"
    READER_LOST = "reader_lost"  # port gone, or it does not answer
    READER_NOT_LICENSED = "reader_not_licensed"  # SAM 66
    READER_FAULT = "reader_fault"  # SAM 60, 24
    READER_BUSY = "reader_busy"  # another program holds the port
    READER_FORBIDDEN = "reader_forbidden"  # no right to open the port
    READER_SWAPPED = "reader_swapped"  # another SAM number than the configured one
    # social security card, its reader and its PIN
    SS_CARD_NOT_SEATED = "ss_card_not_seated"  # no answer to reset: half in, or mute
    SS_CARD_TURN = "ss_card_turn"  # three times so: the wrong way round
    SS_CARD_MOVED = "ss_card_moved"  # pulled while it was read
    SS_CARD_SWAPPED = "ss_card_swapped"  # another card than the one that was read
    SS_CARD_LEFT = "ss_card_left"  # the card of the person before is still in there
    SS_CARD_OTHER = "ss_card_other"  # a bank card or another chip card
    SS_CARD_LOCKED = "ss_card_locked"
    SS_CARD_DAMAGED = "ss_card_damaged"
    SS_CARD_NEEDS_CENTRAL = "ss_card_needs_central"  # the reader has no PSAM of its own
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    PIN_NOT_SIX_DIGITS = "pin_not_six_digits"
    SS_CARD_OF_ANOTHER = "ss_card_of_another"  # than the person of the identity card
    SS_CARD_UNREADABLE_HOLDER = "ss_card_unreadable_holder"  # the card does not say whose it is
    PCSC_MISSING = "pcsc_missing"  # no libpcsclite
    PCSC_STOPPED = "pcsc_stopped"  # pcscd does not answer
    VENDOR_LIBRARY_MISSING = "vendor_library_missing"  # no such file, or no such function in it
    VENDOR_LIBRARY_NOT_ELF = "vendor_library_not_elf"  # another kind of file, or half of one
    VENDOR_LIBRARY_OTHER_PROCESSOR = "vendor_library_other_processor"
    # no PT_GNU_STACK, or one that asks for it: glibc 2.41 and later do not load that
    VENDOR_LIBRARY_EXECUTABLE_STACK = "vendor_library_executable_stack"
    VENDOR_LIBRARY_UNLOADABLE = "vendor_library_unloadable"  # mostly: a library that it needs
    VENDOR_LIBRARY_LOST = "vendor_library_lost"  # it crashed, or did not come back
    # codes on a telephone
    SCANNER_LOST = "scanner_lost"
    CODE_UNREADABLE = "code_unreadable"
    CODE_EXPIRED = "code_expired"
    CODE_NOT_A_SLIP = "code_not_a_slip"
    CASE_NOT_FOUND = "case_not_found"  # the central service does not have it, or not yet
    CODE_OF_ANOTHER = "code_of_another"  # what it leads to is another person's
    PHONE_CODE_USED = "phone_code_used"  # the platform, or the central service, took it before
    PHONE_CODE_UNKNOWN = "phone_code_unknown"  # the platform did not issue it
    PHONE_OF_ANOTHER = "phone_of_another"  # its user is another person than that of the card
    PHONE_OTHER_TERMINAL = "phone_other_terminal"  # the token is for another terminal or visit
    PHONE_PLATFORM_AWAY = "phone_platform_away"
    # face
    CAMERA_LOST = "camera_lost"
    CAMERA_FROZEN = "camera_frozen"  # the same picture again and again
    CAMERA_SLOW = "camera_slow"  # too few pictures to see a movement
    PORTRAIT_MISSING = "portrait_missing"
    PORTRAIT_UNUSABLE = "portrait_unusable"
    FACE_NOT_ALIKE = "face_not_alike"
    FACE_NOT_LIVE = "face_not_live"  # not the movements that were asked for
    BLINK_NOT_SEEN = "blink_not_seen"
    FACE_RESTING = "face_resting"  # this card had all its tries a moment ago
    FACE_TIME_OVER = "face_time_over"
    FACE_ENGINE_LOST = "face_engine_lost"
    FACE_MODEL_WRONG = "face_model_wrong"  # not the file that was measured, or none
    # papers under the document camera
    PAPER_CAMERA_LOST = "paper_camera_lost"
    PAPER_NOT_SEEN = "paper_not_seen"
    PAPER_CUT_OFF = "paper_cut_off"  # not all four corners are in the picture
    PAPER_SEVERAL = "paper_several"  # more than one sheet
    PAPER_TORN = "paper_torn"  # a corner is missing, or folded
    PAPER_BLANK = "paper_blank"  # nothing is written on it
    PAPER_GLARE = "paper_glare"  # a reflection hides a part
    PAPER_OTHER = "paper_other"  # the words are missing that stand on the wanted paper
    PAPER_OF_ANOTHER = "paper_of_another"  # another name is read on it
    PAPER_BLURRED = "paper_blurred"
    PAPER_DARK = "paper_dark"
    # central service
    CENTRAL_UNREACHABLE = "central_unreachable"
    CENTRAL_STRANGE = "central_strange"  # HTML, redirects, an unsigned receipt
    PERSON_UNKNOWN = "person_unknown"  # no office knows this number
    PREPARED_MONTH_PASSED = "prepared_month_passed"  # nobody signed what was prepared in time
    PREPARED_NOT_ERASED = "prepared_not_erased"  # the opt-out did not reach the central service
    PREPARED_CHANGED = "prepared_changed"  # facts or services are others by now
    CENTRAL_REFUSED = "central_refused"
    CENTRAL_REFUSED_LATER = "central_refused_later"  # after the slip was printed
    # this machine
    DISK_FULL = "disk_full"
    STORE_UNREADABLE = "store_unreadable"
    STORE_REPAIRED = "store_repaired"  # database or second copies were damaged; nothing is lost
    STORE_LOST = "store_lost"  # something is whole in neither, or the database is an older one
    RATING_LOST = "rating_lost"  # no room for it, and nothing of it is left
    STORE_LOCKED = "store_locked"  # encrypted by another key, or not at all
    STORE_DRIVER_MISSING = "store_driver_missing"  # an extra that was not installed
    STORE_NEWER = "store_newer"  # a newer program made it
    STORE_ROW_UNREADABLE = "store_row_unreadable"  # before an upgrade: nothing was changed
    STORE_NOT_UPGRADED = "store_not_upgraded"  # an upgrade would have lost something
    FONT_MISSING = "font_missing"
    CONFIG_WRONG = "config_wrong"
    FORM_NOT_MADE = "form_not_made"  # no typst, or a template with an error
    # printer
    SPEAKER_LOST = "speaker_lost"  # no sound card, no player, or it hangs
    PRINTER_LOST = "printer_lost"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    DOCUMENT_PRINTER_LOST = "document_printer_lost"  # of A4 sheets
    DOCUMENT_PAPER_OUT = "document_paper_out"
    DOCUMENT_PRINTER_BLOCKED = "document_printer_blocked"  # jam, open cover, no ink
    # the file of a certificate
    CERTIFICATE_GONE = "certificate_gone"  # deleted after its time, or of another case by now
    CERTIFICATE_TOO_LARGE = "certificate_too_large"
    # the staff at the door
    STAFF_UNKNOWN = "staff_unknown"  # no account at this point
    STAFF_EXPIRED = "staff_expired"
    STAFF_PIN_WRONG = "staff_pin_wrong"
    STAFF_WAIT = "staff_wait"  # after several wrong ones
    STAFF_LOCKED = "staff_locked"
    STAFF_CARD_LIFTED = "staff_card_lifted"  # before the PIN was right: it may be another now
    STAFF_LIST_MISSING = "staff_list_missing"  # never fetched
    STAFF_LIST_OLD = "staff_list_old"  # too many days without the network
    STAFF_CLOCK_WRONG = "staff_clock_wrong"  # before the list was signed
    STAFF_SAME = "staff_same"  # who hands over can't be who takes over
    STAFF_NOT_ALLOWED = "staff_not_allowed"
    STAFF_SELF = "staff_self"  # the own application
    # who acts for somebody else
    PRINCIPAL_IS_PROXY = "principal_is_proxy"  # the same card twice
    AUTHORITY_EXPIRED = "authority_expired"
    PRESENCE_NOT_SHOWN = "presence_not_shown"  # that the person is here whom somebody acts for
    VOUCHER_FILED = "voucher_filed"  # who vouches filed what the person is to confirm
    VOUCHING_FULL = "vouching_full"  # as often as one may on a day
    VOUCHER_SAME = "voucher_same"  # who vouched first can't be the second
    PROXY_LIMIT = "proxy_limit"  # files for too many people already
    SECOND_SAME = "second_same"  # who entered the papers can't be the second to look
    # the form
    YEARS_WRONG = "years_wrong"
    CREDIT_CODE_WRONG = "credit_code_wrong"
    ID_NUMBER_WRONG = "id_number_wrong"
    MOBILE_WRONG = "mobile_wrong"
    ACCOUNT_WRONG = "account_wrong"
    DAY_WRONG = "day_wrong"
    SIGNATURE_MISSING = "signature_missing"
    NOTHING_CHOSEN = "nothing_chosen"
    # the network, link by link
    NO_ADDRESS = "no_address"
    DNS_SILENT = "dns_silent"
    DNS_LIES = "dns_lies"  # an address that the central service can't have
    PORT_CLOSED = "port_closed"
    TLS_REFUSED = "tls_refused"  # what answers speaks no TLS
    CERTIFICATE_FOREIGN = "certificate_foreign"  # not signed by whom we trust
    CERTIFICATE_EXPIRED = "certificate_expired"
    CLOCK_WRONG = "clock_wrong"  # of this machine
    PORTAL_BETWEEN = "portal_between"  # a page of somebody else answers
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name
    CENTRAL_SLOW = "central_slow"
    # what a readiness report names besides
    DISK_LOW = "disk_low"  # not full yet
    TOO_HOT = "too_hot"
    OUTBOX_STUCK = "outbox_stuck"  # something waits too long
    OUTBOX_REFUSED = "outbox_refused"  # something was set aside
    OUTBOX_MISROUTED = "outbox_misrouted"  # a gateway refuses in the central service's place
    KEYS_MISSING = "keys_missing"
    PORT_WRONG = "port_wrong"  # it opens, and another kind of device hangs there
    CAMERAS_ALIKE = "cameras_alike"  # nothing but their ports tells them apart
    # guided tests
    LIGHT_WEAK = "light_weak"
    FACE_TOO_FAR = "face_too_far"
    TONES_NOT_HEARD = "tones_not_heard"
    SLIP_NOT_READ = "slip_not_read"
    TOUCH_MISSED = "touch_missed"
    # the technician's second factor
    STAFF_CODE_WRONG = "staff_code_wrong"
    STAFF_CODE_MISSING = "staff_code_missing"
    # signed settings that were not taken; the last good ones stay
    SETTINGS_ABSENT = "settings_absent"  # nothing is published, or the folder holds none
    SETTINGS_UNREACHABLE = "settings_unreachable"  # the network, or the central service
    SETTINGS_UNREADABLE = "settings_unreadable"  # the stick was pulled, or its folder can't be read
    SETTINGS_INCOMPLETE = "settings_incomplete"  # half copied: a file that is named is not there
    SETTINGS_DAMAGED = "settings_damaged"  # not what was signed: its digest, its length, its form
    SETTINGS_UNSIGNED = "settings_unsigned"  # signed by no key that is trusted
    SETTINGS_EXPIRED = "settings_expired"
    SETTINGS_OLDER = "settings_older"  # than what is known already
    SETTINGS_NO_ROOT = "settings_no_root"  # the pinned root is missing or unreadable
    SETTINGS_DISK = "settings_disk"  # what came can't be kept
    SETTINGS_WRONG = "settings_wrong"  # signed, and yet no settings for this terminal
    # a try of changed settings
    SETTINGS_TRYING = "settings_trying"  # others are being tried now
    SETTINGS_RETURNED = "settings_returned"  # they did not stand the test: the old ones are back


def read_cures(path: Path) -> Mapping[Failure, str]:
    """Return what a technician does about each failure that has a cure of its own."""
    return _read(path, "cure")


def read_titles(path: Path) -> Mapping[Failure, str]:
    """Return what each failure is called in a few words."""
    return _read(path, "title")


def _read(path: Path, key: str) -> Mapping[Failure, str]:
    texts = tomllib.loads(path.read_text("utf-8"))["failures"]
    return {Failure(name): one[key] for name, one in texts.items() if key in one}
