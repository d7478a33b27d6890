"""The mobile number of a wish, sealed to the vault: it is opened for a message and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.crypto.envelope import Envelope, EnvelopeKind, SealingKey, canonical, digest, seal

VERSION = 1
_SALT_BYTES = 16


def seal_wish(person: str, mobile: str, key: SealingKey, random: Callable[[int], bytes]) -> bytes:
    """Return the number (`mobile`) as an envelope of the kind "talent".

    `person`: the keyed hash of who wishes, which names it; `key`: the vault's; `random` is
    os.urandom.
    """
    # The envelope tells its digest, and numbers are few: the salt keeps them from being tried.
    said = {"version": VERSION, "id": person, "mobile": mobile}
    plain = canonical({**said, "salt": random(_SALT_BYTES).hex()})
    named = digest(plain, key.suite)
    sealed = seal(plain, key, person, named)
    envelope = Envelope(
        id=person,
        digest=named,
        key_id=key.id,
        terminal="",
        sequence=0,
        sealed=sealed,
        kind=EnvelopeKind.TALENT,
        suite=key.suite,
    )
    return envelope.encode()
