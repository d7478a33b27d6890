"""Clips of a person, or of somebody who attacks the face check, drawn by seed.

A clip is played frame by frame, and hears the prompts: genuine ones do what is asked, attacks do
what attackers can.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from drivers.simulated.scenes.attack_media import creased_mask, flipped_photo, some_screen
from drivers.simulated.scenes.face_scene import (
    FRAMES_A_SECOND,
    GRAIN,
    HEIGHT,
    NEAR,
    WIDTH,
    Pose,
    composed,
)
from drivers.simulated.scenes.groups import Group, lids_of, manner_of, setting_of, worn_by
from drivers.simulated.scenes.head import Gesture, Head, approached
from drivers.simulated.scenes.performer import (
    CLOSE,
    CLOSER,
    LEFT,
    NOD,
    OPEN,
    RIGHT,
    Performer,
    some_manner,
)
from drivers.simulated.scenes.photo_print import FLAT, PhotoPrint
from drivers.simulated.scenes.room import empty_room
from drivers.simulated.scenes.setting import some_setting

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROMPTS: Final = (LEFT, RIGHT, CLOSE)
MOVEMENTS: Final = (*PROMPTS, OPEN, NOD, CLOSER)
LOOP_FRAMES: Final = 45  # of a film that is fed in again and again
SWAP_SECONDS: Final = 1.6
PLAIN: Final = np.full((HEIGHT, WIDTH, 3), (226, 214, 196), np.uint8)  # behind a portrait


class Species(StrEnum):
    """The genuine person and the kinds of attacks that a clip can show."""

    GENUINE = "genuine"
    STILL_PRINT = "still_print"
    HELD_PRINT = "held_print"  # by hand: shifted, rolled, brought nearer
    TURNED_PRINT = "turned_print"  # flat, and turned as the prompts say
    BENT_PRINT = "bent_print"
    EYE_HOLES = "eye_holes"  # a flat print whose eyes are somebody's own
    FROZEN = "frozen"
    LOOPED = "looped"  # a film of the right person, over and over
    REPLAYED = "replayed"  # a film of the right person, made when another order was asked
    WRONG_ORDER = "wrong_order"
    EARLY = "early"  # who knows what will be asked, and does it before
    SWAPPED = "swapped"  # the right print first, then somebody else alive
    FLIPPED_PHOTO = "flipped_photo"  # before the own face, flipped away during the movements
    PIECES = "pieces_on_demand"  # recordings of each movement, played as the prompts ask
    PUPPET = "puppet"  # warped from one photograph on a screen, moves on demand
    CREASED_MASK = "creased_mask"  # of paper, with the attacker's own eyes


FILMED: Final = (Species.LOOPED, Species.REPLAYED)
ON_SCREEN: Final = (Species.PIECES, Species.PUPPET)
FLIP_SECONDS: Final = (0.08, 0.25)
CREASES: Final = (15.0, 45.0)  # degrees to each side of the nose
CUT: Final = (14.0, 10.0, 0.05, 0.08)  # how far two recordings differ: x, y, scale, light
LEAD_SECONDS: Final = (0.4, 0.8)
ATTACKS: Final[tuple[Species, ...]] = tuple(one for one in Species if one is not Species.GENUINE)


@dataclass(frozen=True)
class Cast:
    """The figures of a clip: the person of the portrait, a stranger, and the person's print."""

    person: Head
    stranger: Head
    printed: PhotoPrint

    @classmethod
    def of(cls, figure: NDArray[np.uint8], other: NDArray[np.uint8]) -> Cast:
        """Return the cast of two figures (512x512 BGRA): the person's and the stranger's."""
        return cls(Head(figure), Head(other), PhotoPrint(figure))


class FrameClip:
    """One clip; the same for the same seed and the same prompts.

    `rate` is in frames a second; `asked` are the prompts that will come, in their order.
    """

    def __init__(
        self,
        cast: Cast,
        species: Species,
        seed: int,
        rate: float = FRAMES_A_SECOND,
        asked: tuple[str, ...] = PROMPTS,
        group: Group = Group.ORDINARY,
    ) -> None:
        """Draw setting and manner of the person.

        A filmed attack chooses movements in another order than `asked`; a genuine person may be of
        a `group`.
        """
        self._cast, self.species, self._rate = cast, species, rate
        self._random = np.random.default_rng([seed, list(Species).index(species)])
        self.setting = setting_of(group, some_setting(self._random), self._random)
        self._room = np.asarray(empty_room(WIDTH, HEIGHT, self._random), np.uint8)
        self._kiosk_room = np.asarray(empty_room(WIDTH, HEIGHT, self._random), np.uint8)
        grain = self._random.normal(size=(HEIGHT + GRAIN, WIDTH + GRAIN, 3))
        self._grain = (grain * self.setting.noise).astype(np.float32)
        manner = manner_of(group, some_manner(self._random), self._random)
        self._performer = Performer(manner)
        self._person = cast.person
        if group is not Group.ORDINARY:
            lids = lids_of(group, self._random)
            self._person = Head(cast.person.figure, worn_by(group, self._random), lids)
        self._phases = self._random.uniform(0, 2 * np.pi, 8)
        self._yaw = self._random.uniform(30, 60)
        self._radius = self._random.uniform(45, 220)
        self._due = -1.0
        self._screen = some_screen(self._random)
        self._flip_seconds = self._random.uniform(*FLIP_SECONDS)
        self._crease = self._random.uniform(*CREASES)
        self._flipped = (-1.0, -1.0)  # from when to when the photo is away
        self._piece = (np.zeros(4), 0.0)  # of the recording that plays, and when it ends
        self._kept: list[NDArray[np.uint8]] = []
        self._filmed = self._foreseen(asked) if species in FILMED else []

    def prompt(self, prompt: str, at: float) -> None:
        """Hear a prompt at the instant `at`, in seconds of the clip."""
        if self.species is Species.WRONG_ORDER:
            others = [one for one in PROMPTS[:2] if one != prompt]
            prompt = others[int(self._random.integers(len(others)))]
        if prompt in MOVEMENTS and self.species is Species.FLIPPED_PHOTO:
            self._flip_for(at)
        if prompt in MOVEMENTS and self.species is Species.PIECES:
            self._cut_to(at)
        if self.species not in (*FILMED, Species.EARLY):
            self._performer.prompt(prompt, at)

    def expects(self, prompt: str, due: float) -> None:
        """Let an attacker who foresees the prompt at `due` seconds move before it."""
        if self.species is Species.EARLY and due != self._due:
            self._due = due
            lead = self._random.uniform(*LEAD_SECONDS)
            self._performer.prompt(prompt, due - lead - self._performer.manner.reaction)

    def frame(self, number: int) -> NDArray[np.uint8]:
        """Return frame `number` as 480 rows of 640 BGR pixels; ask for each once, in order."""
        if self.species is Species.FROZEN and self._kept:
            return self._kept[0]
        if self.species is Species.LOOPED and number >= LOOP_FRAMES:
            return self._kept[number % LOOP_FRAMES]
        drawn = self._draw(number / self._rate)
        if self.species in (Species.FROZEN, Species.LOOPED):
            self._kept.append(drawn)
        return drawn

    def _foreseen(self, asked: tuple[str, ...]) -> list[tuple[float, str]]:
        """Return the movements of a film by the second, for another order than the asked one."""
        order = asked
        while order == asked:
            order = tuple(str(one) for one in self._random.permutation(PROMPTS))
        at, manner, film = self._random.uniform(0.7, 1.0), self._performer.manner, []
        for prompt in order:
            at += self._random.uniform(0.9, 2.2)
            film.append((at, prompt))
            at += 2 * manner.turning + manner.holding + self._random.uniform(0.2, 0.5)
        return film

    def _draw(self, at: float) -> NDArray[np.uint8]:
        while self._filmed and self._filmed[0][0] <= at:
            due, prompt = self._filmed.pop(0)
            self._performer.prompt(prompt, due - self._performer.manner.reaction)
        gesture = self._performer.gesture(at)
        figure, held = self._figure(at, gesture), self._swayed(at)
        near = held if self.species is Species.STILL_PRINT else nearer(held, gesture)
        if self.species in ON_SCREEN:
            return self._on_screen(figure, at, gesture)
        return self._lit(self._composed(figure, near), at)

    def _composed(self, figure: NDArray[np.uint8], pose: Pose) -> Any:
        setting = self.setting
        if setting.behind == setting.before:
            return composed(self._room, figure, pose)
        lit = np.clip(self._room * setting.behind, 0, 255).astype(np.uint8)
        colours = (figure[..., :3] * setting.before).astype(np.uint8)
        return composed(lit, np.dstack([colours, figure[..., 3]]), pose)

    def _flip_for(self, at: float) -> None:
        """Take the photo away for one movement, and bring it back after it."""
        manner = self._performer.manner
        moving = 2 * manner.turning + max(manner.holding, manner.closed)
        begin = at + manner.reaction - self._flip_seconds
        self._flipped = (begin, begin + moving + 2 * self._flip_seconds)

    def _cut_to(self, at: float) -> None:
        """Play another recording: it was made at another place, in another light."""
        manner = self._performer.manner
        off = self._random.uniform(-1, 1, 4) * np.array(CUT)
        ends = at + manner.reaction + 2 * manner.turning + max(manner.holding, manner.closed) + 0.3
        self._piece = (off, ends)

    def _on_screen(
        self, figure: NDArray[np.uint8], at: float, gesture: Gesture
    ) -> NDArray[np.uint8]:
        """Return the frame of a recording of `figure` on a screen that is held by hand."""
        cut, ends = self._piece
        reaction = self._performer.manner.reaction
        off = cut if self._performer.since(at) >= -reaction / 2 and at < ends else np.zeros(4)
        pose = replace(
            self.setting.pose,
            x=WIDTH / 2 + off[0],
            y=self.setting.pose.y + off[1],
            scale=approached(NEAR.scale * (1 + off[2]), gesture),
        )
        behind = PLAIN if self.species is Species.PUPPET else self._room
        recording = np.clip(composed(behind, figure, pose) * (1 + off[3]), 0, 255)
        held = self._swayed(at)
        sway = (held.x - self.setting.pose.x, held.y - self.setting.pose.y)
        shown = self._screen.show(recording.astype(np.uint8), self._kiosk_room, sway)
        return self._lit(shown, at)

    def _flip(self, at: float) -> float:
        begin, end = self._flipped
        rising = (at - begin) / self._flip_seconds
        falling = (end - at) / self._flip_seconds
        return float(np.clip(min(rising, falling), 0, 1))

    def _figure(self, at: float, gesture: Gesture) -> NDArray[np.uint8]:
        cast, share = self._cast, np.sign(gesture.yaw)
        match self.species:
            case Species.STILL_PRINT | Species.HELD_PRINT:
                return cast.printed.held()
            case Species.TURNED_PRINT:
                return cast.printed.held(share * self._yaw * _much(gesture))
            case Species.BENT_PRINT:
                return cast.printed.held(share * self._yaw * _much(gesture), self._radius)
            case Species.EYE_HOLES:
                paper = PhotoPrint(cast.person.doing(Gesture(closed=gesture.closed)))
                return paper.held(share * self._yaw * _much(gesture), FLAT)
            case Species.REPLAYED:
                return PhotoPrint(cast.person.doing(gesture)).held()
            case Species.SWAPPED:
                alive = at > SWAP_SECONDS
                return cast.stranger.doing(gesture) if alive else cast.printed.held()
            case Species.FLIPPED_PHOTO:
                holder = cast.stranger.doing(gesture)
                return flipped_photo(cast.printed.held(), holder, self._flip(at))
            case Species.CREASED_MASK:
                wearer = cast.stranger.doing(gesture)
                return creased_mask(cast.person.figure, wearer, gesture.yaw, self._crease)
            case _:
                return self._person.doing(gesture)

    def _swayed(self, at: float) -> Pose:
        setting, pose = self.setting, self.setting.pose
        hand = {Species.HELD_PRINT: 5.0, Species.STILL_PRINT: 0.0}.get(self.species, 1.0)

        def wave(index: int, times: float) -> float:
            turn = 2 * np.pi * at * setting.quick * times
            return hand * setting.sway * float(np.sin(turn + self._phases[index]))

        return Pose(
            x=pose.x + 5 * wave(0, 1) + 1.5 * wave(1, 3),
            y=pose.y + 3 * wave(2, 1) + 1 * wave(3, 2),
            scale=pose.scale * (1 + 0.012 * wave(4, 1)),
            roll=pose.roll + 1.2 * wave(5, 1) + 0.4 * wave(6, 2),
        )

    def _lit(self, picture: Any, at: float) -> NDArray[np.uint8]:
        setting = self.setting
        sides = np.linspace(1 - setting.side_light, 1 + setting.side_light, WIDTH)
        flicker = setting.light * (1 + 0.015 * np.sin(7 * at + self._phases[7]))
        lit = picture * (sides[None, :, None] * flicker).astype(np.float32)
        down, right = self._random.integers(GRAIN, size=2)
        lit += self._grain[down : down + HEIGHT, right : right + WIDTH]
        return np.asarray(np.clip(lit, 0, 255, out=lit), np.uint8)


def nearer(pose: Pose, gesture: Gesture) -> Pose:
    """Return the pose after a step nearer, of which the gesture says how much is done."""
    return replace(pose, scale=approached(pose.scale, gesture))


def _much(gesture: Gesture) -> float:
    """Return how far through its movement a head is, 0 to 1."""
    return min(1.0, abs(gesture.yaw) / 40.0)
