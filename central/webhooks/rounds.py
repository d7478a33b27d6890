"""The sending of events beside the service, put together from its options."""

from __future__ import annotations

import os
import ssl
import uuid
from typing import TYPE_CHECKING

from central.webhooks.addresses import resolve_name
from central.webhooks.delivery import WebhookDelivery, WebhookRounds, WebhookSender
from central.webhooks.policy import read_webhook_policy
from central.webhooks.signing import open_webhook_key

if TYPE_CHECKING:
    from pathlib import Path

    from central.app_context import AppContext


def open_webhooks(context: AppContext, data: Path, config: Path) -> WebhookRounds:
    """Return what sends events to the offices' systems, not started.

    `data`: the service's folder, with the key; `config`: the folder of rules. Raises ConfigError.
    Receivers are verified by the authorities that the machine trusts.
    """
    sender = WebhookSender(
        key=open_webhook_key(data, os.urandom),
        policy=read_webhook_policy(config),
        tls=ssl.create_default_context(),
        resolve=resolve_name,
    )
    delivery = WebhookDelivery(
        context.store.webhooks, sender, context.now, lambda: str(uuid.uuid4())
    )
    return WebhookRounds(delivery)
