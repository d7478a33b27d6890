"""Everything known to go wrong in the field has its test, its words and its cure.

The rows are those of the failure list that the drivers were built after, all of them. What is said
is what a person hears when the driver's own cure did not help.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import pytest

from drivers.commands import cures, read_ss
from drivers.discovery import PortProblem
from kiosk.failures import Curer, Failure, read_cures
from kiosk.operator_texts import texts_of
from tests.kiosk.invented_people import handbook

F = Failure


@dataclass(frozen=True)
class FailureRow:
    """What is said, and where it is shown: `module:test`, below tests.drivers.

    `module:table:key` is one row of a table that a test goes through.
    """

    says: tuple[Failure, ...]
    shown: tuple[str, ...]


FIELD = "devices.test_reader_failures:ROWS"
ID_CARD, SS_CARD = "devices.id_card", "devices.ss_card"
READER = f"{ID_CARD}.test_id_card_reader"
PCSCD, SLOT = f"{SS_CARD}.test_ss_card_pcscd", "transports.test_pcsc_slot"
SERIAL, SAMV = "transports.test_serial_url", "protocols.test_samv"
ROWS = {
    "card not lifted between reads, find stays 80": FailureRow(
        (F.CARD_LEFT,),
        (
            f"{FIELD}:card not lifted between reads, find stays 80",
            f"{ID_CARD}.test_id_card_removal:test_a_card_that_was_read_must_be_lifted_before_it_is_read_again",
            f"{ID_CARD}.test_lying_cards:test_removal_waits_until_the_card_is_lifted",
        ),
    ),
    "card lifted in the middle of a read": FailureRow(
        (F.CARD_MOVED,),
        (
            f"{FIELD}:card lifted in the middle of a read",
            f"{FIELD}:half a reply, then the card is gone",
            f"{READER}:test_a_moved_card_is_found_again_silently",
            f"{READER}:test_the_third_move_is_told",
        ),
    ),
    "card chip hung in the field": FailureRow(
        (F.CARD_MOVED,),
        (
            f"{FIELD}:card chip hung in the field",
            f"{READER}:test_three_failed_selects_reset_the_field_and_try_once_more",
        ),
    ),
    "same card read repeatedly": FailureRow(
        (F.CARD_LEFT,),
        (
            f"{FIELD}:same card read repeatedly",
            f"{ID_CARD}.test_id_card_removal:test_the_same_card_is_not_told_twice_within_three_seconds",
        ),
    ),
    "noise and stray AA before the preamble": FailureRow(
        (F.READER_LOST,),
        (
            f"{FIELD}:noise and a stray AA before the preamble",
            f"{SAMV}:test_a_frame_survives_noise_and_chunks",
        ),
    ),
    "partial frames, bursts of 62 bytes": FailureRow(
        (F.READER_LOST,),
        (
            f"{SAMV}:test_every_cut_gives_the_same_frames",
            "simulated.test_simulated_reader:test_bytes_leave_in_bursts_at_the_speed_of_the_line",
            f"{ID_CARD}.test_sam_link:test_a_byte_lost_at_the_opening_is_asked_for_again",
        ),
    ),
    "checksum wrong": FailureRow(
        (F.READER_LOST, F.READER_FAULT),
        (
            f"{FIELD}:checksum wrong twice",
            f"{READER}:test_noise_and_damaged_frames_are_asked_again",
            f"{READER}:test_a_line_that_stays_bad_is_a_fault",
        ),
    ),
    "length field corrupted": FailureRow(
        (F.READER_LOST,),
        (f"{FIELD}:length field corrupted", f"{SAMV}:test_a_wrong_length_costs_one_byte"),
    ),
    "stale reply answers the next command": FailureRow(
        (F.READER_LOST,),
        (
            f"{FIELD}:stale reply answers the next command",
            f"{FIELD}:a whole reply of nobody's question",
            f"{SAMV}:test_a_stale_reply_does_not_fit",
            f"{ID_CARD}.test_sam_link:test_what_came_before_the_question_is_no_answer",
        ),
    ),
    "SAM not authorised, or its self-test failed": FailureRow(
        (F.READER_NOT_LICENSED, F.READER_FAULT),
        (
            f"{FIELD}:SAM not authorised (66)",
            f"{FIELD}:SAM self-test failed for good (60)",
            "commands.test_device_commands:test_a_reader_without_licence",
        ),
    ),
    "half-inserted contact card": FailureRow(
        (F.SS_CARD_NOT_SEATED, F.SS_CARD_TURN),
        (
            f"{SS_CARD}.test_ss_card_reader:test_a_card_that_does_not_answer_is_to_be_seated_then_turned",
        ),
    ),
    "mute card, the wrong way round": FailureRow(
        (F.SS_CARD_TURN,),
        (
            f"{SS_CARD}.test_ss_card_reader:test_a_card_that_does_not_answer_is_to_be_seated_then_turned",
            f"{SS_CARD}.ss_card_contract:a_hung_chip_is_put_in_again",
        ),
    ),
    "card pulled during a transaction": FailureRow(
        (F.SS_CARD_MOVED,),
        (
            f"{SS_CARD}.ss_card_contract:a_card_pulled_while_it_is_read",
            f"{SLOT}:test_an_answer_without_status_is_a_pulled_card",
            f"{SLOT}:test_a_card_of_an_older_context_is_gone",
        ),
    ),
    "PC/SC reader unplugged": FailureRow(
        (F.READER_LOST,),
        (
            "supervision.test_supervisor_pcsc:test_pulled_while_it_is_idle",
            "supervision.test_supervisor_pcsc:test_pulled_while_somebody_waits_for_a_card",
            f"{SS_CARD}.test_ss_card_slot:test_a_reader_pulled_while_a_card_is_to_be_taken_out",
        ),
    ),
    "pcscd restarted or stopped": FailureRow(
        (F.PCSC_STOPPED,),
        (
            f"{PCSCD}:test_a_new_pcscd_is_found_again",
            f"{PCSCD}:test_a_restart_while_somebody_waits",
            f"{PCSCD}:test_a_stopped_pcscd_is_named",
            f"{SLOT}:test_a_lost_slot_begins_anew",
        ),
    ),
    "serial cable pulled": FailureRow(
        (F.READER_LOST,),
        (
            f"{FIELD}:serial cable pulled",
            f"{SERIAL}:test_three_errors_become_one",
            f"{SERIAL}:test_a_pulled_cable_is_lost_in_every_call",
            "supervision.test_supervisor_cables:test_pulled_and_plugged_under_another_name",
        ),
    ),
    "two programs on one port": FailureRow(
        (F.READER_BUSY,),
        (f"{FIELD}:two programs on one port", f"{SERIAL}:test_a_second_program_is_refused"),
    ),
    "re-enumeration, ttyUSB0 becomes ttyUSB1": FailureRow(
        (F.READER_LOST, F.READER_SWAPPED),
        (
            f"{FIELD}:re-enumeration under another name",
            "test_discovery:test_plugged_under_another_name_it_is_found_by_its_descriptor",
            "supervision.test_supervisor_life:test_pauses_double_up_to_the_longest",
            f"{ID_CARD}.test_id_card_options:test_another_reader_than_the_wanted_one_is_refused",
        ),
    ),
    "ModemManager probes the port": FailureRow(
        (F.READER_BUSY,),
        (
            f"{FIELD}:ModemManager's AT bytes",
            "supervision.test_supervisor:test_a_port_that_is_probed_for_ten_seconds_is_waited_for",
            "test_discovery:test_the_rules_keep_modem_manager_from_every_bridge",
        ),
    ),
    "brltty grabs a bridge": FailureRow(
        (F.READER_LOST,), ("test_discovery:test_brltty_is_a_trap_for_its_bridges_only",)
    ),
    "no permission": FailureRow(
        (F.READER_FORBIDDEN,),
        (
            f"{FIELD}:no permission",
            f"{SERIAL}:test_why_a_port_does_not_open",
            "test_discovery:test_a_forbidden_port_names_user_and_group",
        ),
    ),
    "an FTDI bridge keeps bytes back for 16 ms": FailureRow(
        (), (f"{SERIAL}:test_a_bridge_is_asked_not_to_keep_bytes_back",)
    ),
    "reader at another speed": FailureRow(
        (F.READER_LOST,),
        (
            f"{FIELD}:reader at another speed",
            f"{ID_CARD}.test_id_card_options:test_the_speed_is_found_at_every_opening",
            f"{ID_CARD}.test_id_card_options:test_a_reader_that_answers_at_no_speed_is_lost",
        ),
    ),
    "a vendor's library crashes or hangs": FailureRow(
        (F.VENDOR_LIBRARY_LOST,),
        (
            f"{SS_CARD}.ss_card_vendor_contract:a_crash_harms_nothing",
            f"{SS_CARD}.test_ss_card_vendor:test_a_library_that_hangs_is_killed",
            f"{ID_CARD}.test_chip_photo:test_a_library_that_hangs_is_ended",
        ),
    ),
    "0x8010006A, polkit refuses": FailureRow(
        (F.READER_FORBIDDEN,),
        (
            f"{SLOT}:test_a_lost_slot_begins_anew",
            f"{SS_CARD}.test_ss_card_slot:test_every_trouble_of_the_slot_has_its_words",
        ),
    ),
}
SILENT = {"an FTDI bridge keeps bytes back for 16 ms"}  # it costs time and nothing else


@pytest.mark.parametrize("name", ROWS)
def test_each_row_has_its_test(name: str) -> None:
    assert ROWS[name].shown
    for where in ROWS[name].shown:
        module, what, *key = where.split(":", 2)
        found = getattr(importlib.import_module(f"tests.drivers.{module}"), what)
        assert key[0] in found if key else callable(found)


@pytest.mark.parametrize("name", ROWS)
def test_each_row_has_its_words_and_its_cure(name: str) -> None:
    assert bool(ROWS[name].says) != (name in SILENT)
    for failure in ROWS[name].says:
        words = handbook().failures[failure]
        assert words.title
        assert words.sentence
        assert {*cures.known_cures(), *read_ss.known_ss_card_cures()} & {failure}


def test_the_cures_of_the_surroundings() -> None:
    assert set(texts_of("devices.port_problems")) >= {PortProblem.MODEM_MANAGER, PortProblem.BRLTTY}
    assert "polkit" in read_ss.known_ss_card_cures()[F.READER_FORBIDDEN]
    assert "0x8010006A" in read_ss.known_ss_card_cures()[F.READER_FORBIDDEN]
    assert "pcscd" in read_ss.known_ss_card_cures()[F.PCSC_STOPPED]
    assert "fuser" in cures.known_cures()[F.READER_BUSY]


def test_whatever_a_technician_cures_has_a_cure() -> None:
    for failure, words in handbook().failures.items():
        assert bool(words.cure) >= (words.who is Curer.TECHNICIAN), failure
        assert words.cure == read_cures(cures.TEXTS).get(failure, "")


def test_every_failure_of_a_device_has_words_and_a_cure() -> None:
    told = {*cures.known_cures(), *read_ss.known_ss_card_cures()}
    kinds = ("CARD_", "READER_", "SS_CARD_", "PIN_", "PCSC_", "VENDOR_", "SCANNER_")
    # A technician's command reads such a card; whose card it is, only a visit asks.
    flags = {F.CARD_EXPIRED, F.CARD_NUMBER_WRONG, F.SS_CARD_OF_ANOTHER}
    of_devices = {one for one in Failure if one.name.startswith(kinds)}
    assert of_devices - flags <= told
    assert of_devices <= set(handbook().failures)
