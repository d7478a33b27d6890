"""The reader of identity cards, which finds, selects and reads a card.

It reads on when a card moved or the port was lost and came back.
Text and newest address count once two readings of them agree byte for byte.
A card that was read, or failed, must be lifted before the next reading.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.devices import sam_verdicts
from drivers.devices.card_field import CardField
from drivers.devices.card_mark import Unremembered
from drivers.devices.chip_reading import ChipReading
from drivers.devices.sam_link import SamLink
from drivers.devices.sam_timing import SamTimeouts, line_seconds
from drivers.devices.sam_verdicts import Cure
from drivers.protocols import id_text, samv
from drivers.protocols.id_text import Flag
from drivers.protocols.samv import SamvCommand, SamvReply, Status
from drivers.transports.transport import DeviceLostError, Loss
from kiosk.failures import Failure
from kiosk.people.identity import CardKind, CardReading, IdCard

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from drivers.devices.card_mark import CardMark
    from drivers.transports.transport import Transport

_LONGEST_REPLY = 2321
_SILENT_RETRIES = 2
_READING_BYTES = 16
_SELECTS_BEFORE_RESET = 3
_REFUSALS = 2
_MOST_READINGS = 3  # until two of them agree
_HAS_ADDRESS = {CardKind.RESIDENT, CardKind.HK_MACAO_TAIWAN}
_NO_ADDRESS = {Status.NO_CONTENT, Status.BAD_COMMAND}  # 21: a reader without the command
_LOSSES = {
    Loss.GONE: Failure.READER_LOST,
    Loss.BUSY: Failure.READER_BUSY,
    Loss.FORBIDDEN: Failure.READER_FORBIDDEN,
}


@dataclass(frozen=True)
class ReadOptions:
    """What is asked of a reader besides text and photo.

    `sam_number` "" accepts any reader. `decode` makes a picture of the 1,024 bytes, or None.
    `lying_counts`: a card that another program has already read is read, too.
    """

    new_address: bool = True
    fingerprint: bool = False
    sam_number: str = ""
    lying_counts: bool = False
    decode: Callable[[bytes], bytes | None] | None = None


@dataclass(frozen=True)
class _Moved:
    """The card must be found again; `failure` is reported when it is not."""

    failure: Failure
    in_select: bool = False


class CardReader:
    """A reader of identity cards that speaks SAM_V, to be used from one thread.

    `open_port` is called whenever the port is needed and closed; it may raise DeviceLostError.
    `sleep` waits the given seconds, `today` is the civil day by which cards expire, and `baud` is
    the speed that is tried first. `wishes` says what is read besides text and photo. `mark`
    remembers a card that was left, `random` draws the id of each reading.

    `limits` are those of the device, in seconds.
    """

    in_use = False  # by nobody but that thread

    def __init__(
        self,
        open_port: Callable[[], Transport],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        today: Callable[[], date],
        baud: int = samv.BAUDS[0],
        limits: SamTimeouts | None = None,
        wishes: ReadOptions | None = None,
        mark: CardMark | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Prepare the reader; the port is not opened yet."""
        self._random = random
        self._limits = limits or SamTimeouts()
        self._wishes = wishes or ReadOptions()
        self._link = SamLink(open_port, monotonic, baud, self._limits.answer)
        self._field = CardField(
            self._link,
            monotonic,
            sleep,
            self._limits,
            mark or Unremembered(),
            self._wishes.sam_number,
            may_hide=self._wishes.lying_counts,
        )
        self._monotonic = monotonic
        self._sleep = sleep
        self._today = today
        self._must_be_lifted = self._field.remembers_card
        self._patience = 0.0
        self._refusals = 0
        self._told: tuple[int, float] | None = None
        self._unread: Failure | None = None

    @property
    def sam_number(self) -> str:
        """Return the identity of the reader that answered last, "" before the first answer."""
        return self._link.sam_number

    @property
    def unread(self) -> Failure | None:
        """Return the failure of a card that was still being tried when a reading was cancelled."""
        return self._unread

    def read(self, cancelled: Callable[[], bool]) -> IdCard | Failure | None:
        """Wait for a card and return it or its failure; None when cancelled first.

        After a card that was read or failed the reader must first be seen empty; CARD_LEFT tells
        that the card still lies there.
        """
        found = self.read_chip(cancelled)
        if not isinstance(found, ChipReading):
            return found
        if isinstance(found.verdict, Failure):
            self._patience = self._limits.patience
        return found.verdict

    def read_chip(self, cancelled: Callable[[], bool]) -> ChipReading | Failure | None:
        """Do as `read`, but return all that was read, also of expired cards and wrong numbers."""
        self._unread = None
        try:
            found = self._read(cancelled)
        except DeviceLostError as lost:
            return _LOSSES[lost.loss]
        if isinstance(found, ChipReading):
            self._must_be_lifted, self._patience, self._refusals = True, 0.0, 0
            return self._with_picture(found)
        if isinstance(found, Failure) and found not in sam_verdicts.OF_THE_READER:
            self._must_be_lifted = not self._field.is_empty
            self._patience = self._limits.patience
        return found

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until the reader was seen empty twice; a lost reader is waited for.

        False when cancelled first: what may still lie there is not read for the next person.
        """
        self.forget()
        while not cancelled():
            if self.wait_lifted(cancelled) is True:
                return True
            self._sleep(self._limits.poll)
        return False

    def wait_lifted(self, cancelled: Callable[[], bool]) -> bool | Failure:
        """Do as `wait_removed`, but return the failure of a reader that is lost."""
        self.forget()
        try:
            lifted = self._field.wait_empty(cancelled)
        except DeviceLostError as lost:
            return _LOSSES[lost.loss]
        if lifted is True:
            self._must_be_lifted = False
        return lifted

    def forget(self) -> None:
        """Forget the person; what lies there must be lifted before the next reading.

        May be called from any thread.
        """
        self._told, self._refusals, self._patience = None, 0, 0.0
        self._must_be_lifted = True

    def open(self) -> Failure | None:
        """Open the port and have the reader answer, unless it is open.

        Return the failure, if any.
        """
        try:
            self._link.open()
        except DeviceLostError as lost:
            return _LOSSES[lost.loss]
        return None

    def pulse(self) -> bool:
        """Tell whether the reader's port is open and still there; nothing is sent."""
        return self._link.pulse()

    def check(self) -> Failure | None:
        """Return the failure of the security module, None when the reader is fit."""
        try:
            answer = self._link.ask(SamvCommand.STATUS, self._limits.reply)
        except DeviceLostError as lost:
            return _LOSSES[lost.loss]
        if answer is None:
            return Failure.READER_LOST
        if answer.status is not Status.OK:
            return sam_verdicts.failure(answer)
        return Failure.READER_SWAPPED if self._field.is_swapped else None

    def close(self) -> None:
        """Release the port."""
        self._link.close()

    def _read(self, cancelled: Callable[[], bool]) -> ChipReading | Failure | None:
        if self._must_be_lifted:
            lifted = self._field.wait_empty(cancelled, self._patience)
            if lifted is not True:
                return lifted or None
            self._must_be_lifted = False
        while not cancelled():
            found = self._field.look()
            if isinstance(found, Failure):
                return found
            if found and not self._is_repeated(taken := self._take(cancelled)):
                return taken
            self._sleep(self._limits.poll)
        return None

    def _is_repeated(self, taken: ChipReading | Failure | None) -> bool:
        """Tell whether the same card was returned a moment ago.

        It is remembered for seconds only, as a hash.
        """
        if not isinstance(taken, ChipReading):
            return False
        # Keyed by the interpreter's secret: no number is kept.
        mark, now = hash(taken.card.number), self._monotonic()
        if self._told is not None:
            last, at = self._told
            if last == mark and now - at < self._limits.repeated:
                return True
        self._told = mark, now
        return False

    def _take(self, cancelled: Callable[[], bool]) -> ChipReading | Failure | None:
        """Read the card that was found; when it moved, find it again without telling the person."""
        deadline = self._monotonic() + self._limits.whole_read
        moves = selects = 0
        while isinstance(result := self._attempt(), _Moved):
            self._unread = result.failure
            moves += 1
            selects += result.in_select
            hung = result.in_select and selects == _SELECTS_BEFORE_RESET
            if hung:
                self._field.reset()
            if moves > _SILENT_RETRIES and not hung:
                return result.failure
            found = self._field.find_within(deadline, cancelled)
            if found is not True:
                return found or (None if cancelled() else result.failure)
        return self._counted(result)

    def _counted(self, result: ChipReading | Failure) -> ChipReading | Failure:
        """Give a card that the security module refuses (32) one more try.

        It may have had bad contact.
        """
        if result is not Failure.CARD_REFUSED:
            return result
        self._refusals += 1
        return result if self._refusals < _REFUSALS else Failure.CARD_REFUSED_AGAIN

    def _attempt(self) -> ChipReading | Failure | _Moved:
        selected = self._field.ask(SamvCommand.SELECT, self._limits.reply)
        if selected is None or selected.status is not Status.OK:
            return _judge(selected, in_select=True)
        blocks = self._agreed_blocks()
        return self._reading(blocks) if isinstance(blocks, samv.CardBlocks) else blocks

    def _agreed_blocks(self) -> samv.CardBlocks | Failure | _Moved:
        """Read the selected card until two readings have the same text.

        The XOR of a frame misses two flipped bits in one column, whatever they change: of 20,000
        such frames 8,678 were taken for another card.
        """
        seen: set[bytes] = set()
        for _ in range(_MOST_READINGS):
            blocks = self._blocks()
            if seen and not isinstance(blocks, samv.CardBlocks):
                blocks = self._blocks_in_fresh_field()
            if not isinstance(blocks, samv.CardBlocks) or blocks.text in seen:
                return blocks
            seen.add(blocks.text)
        return _Moved(Failure.CARD_MOVED)

    def _blocks(self) -> samv.CardBlocks | Failure | _Moved:
        read = SamvCommand.READ_WITH_FINGERPRINT if self._wishes.fingerprint else SamvCommand.READ
        line = line_seconds(_LONGEST_REPLY, self._link.baud)
        answer = self._field.ask(read, self._limits.read + line)
        if answer is None or answer.status is not Status.OK:
            return _judge(answer, in_select=False)
        blocks = samv.split(read, answer.data)
        assert blocks is not None  # samv.fits has split it before
        return blocks

    def _blocks_in_fresh_field(self) -> samv.CardBlocks | Failure | _Moved:
        """Find, select and read again: a reader may give the text only once a selection."""
        self._field.reset()
        found = self._field.find()
        if found is not True:
            return found or _Moved(Failure.CARD_MOVED)
        selected = self._field.ask(SamvCommand.SELECT, self._limits.reply)
        if selected is None or selected.status is not Status.OK:
            return _judge(selected, in_select=True)
        return self._blocks()

    def _reading(self, blocks: samv.CardBlocks) -> ChipReading | Failure:
        text = id_text.read_text(blocks.text)
        if isinstance(text, Failure):
            return text
        card = id_text.to_card(text, blocks.photo)
        if isinstance(card, Failure):
            return card
        newest = self._new_address(card.kind)
        card = replace(card, address=newest or card.address)
        flags = id_text.flags(card, self._today())
        if newest is None:
            flags += (Flag.NEW_ADDRESS_UNREAD,)
        doubts = tuple(id_text.DOUBTS[flag] for flag in flags if flag in id_text.DOUBTS)
        card = replace(card, doubts=doubts, reading=self._evidence(blocks))
        return ChipReading(card, text, blocks, newest, self.sam_number, flags)

    def _evidence(self, blocks: samv.CardBlocks) -> CardReading:
        chip = hashlib.sha256(blocks.text + blocks.photo).hexdigest()
        return CardReading(self._random(_READING_BYTES).hex(), self.sam_number, chip)

    def _new_address(self, kind: CardKind) -> str | None:
        """Return the newest address, "" where there is none; None when no two readings agree."""
        if not self._wishes.new_address or kind not in _HAS_ADDRESS:
            return ""
        seen: set[bytes] = set()
        for _ in range(_MOST_READINGS):
            answer = self._field.ask(SamvCommand.NEW_ADDRESS, self._limits.reply)
            if answer is None or answer.status is not Status.OK:
                return "" if answer is not None and answer.status in _NO_ADDRESS else None
            if answer.data in seen:
                return id_text.decode(answer.data)
            seen.add(answer.data)
        return None

    def _with_picture(self, found: ChipReading) -> ChipReading:
        if self._wishes.decode is None:
            return found
        picture = self._wishes.decode(found.card.photo) if found.card.photo else None
        if picture is None:
            return replace(found, flags=(*found.flags, Flag.PHOTO_NOT_DECODED))
        return replace(found, card=replace(found.card, picture=picture))


def _judge(answer: SamvReply | None, *, in_select: bool) -> Failure | _Moved:
    """Return what a reply that is not OK means for the read; silence means a moved card."""
    if answer is None:
        return _Moved(Failure.CARD_MOVED, in_select)
    if sam_verdicts.cured_by(answer, Cure.FIND_AGAIN):
        return _Moved(sam_verdicts.failure(answer), in_select)
    return sam_verdicts.failure(answer)
