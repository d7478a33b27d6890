"""The vault in the process of an operator's command, where no socket is named.

The command's account then must be one that may read the keys: it is the demo's, on one machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from central.keys.service_keys import KeyTrouble, has_known_key
from central.open_service import connect_vault, vault_socket
from central.service_data import known_credentials
from central.vault.child import FOLDER
from central.vault.composition import compose_vault, surroundings_of
from central.vault.opening_keys import look_at_opening_keys, move_opening_keys

if TYPE_CHECKING:
    from central.open_service import ServiceOptions
    from central.service_data import ServiceData
    from central.vault_port import VaultPort


def open_vault(options: ServiceOptions, data: ServiceData) -> VaultPort | KeyTrouble:
    """Return the vault of the socket that the options name, else one in this process."""
    if vault_socket(options) is not None:
        return connect_vault(options, data)
    folder = options.data / FOLDER
    move_opening_keys(options.data, folder)
    if not options.create and (trouble := look_at_opening_keys(folder)):
        return trouble
    if has_known_key(folder, known_credentials(options.sources)):
        return KeyTrouble.KNOWN
    return compose_vault(data, folder, surroundings_of(data))
