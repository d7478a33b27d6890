"""The commands `central offices-api …webhook…`: where offices' systems are told of their tasks."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from central.web_accounts import WebEvent, WebEventKind
from central.webhooks.addresses import url_trouble
from central.webhooks.policy import read_webhook_policy
from central.webhooks.signing import open_webhook_key, public_words
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from central.app_context import AppContext

HEAD = ("account", "office", "url", "failures", "waiting", "dead", "trouble")
DROPPED = "dropped"


@on_data
def set_webhook(context: AppContext, options: argparse.Namespace) -> int:
    """Tell the system of an account its office's events at an address; return the exit code.

    Prints the public key by which the system verifies them.
    """
    networks = read_webhook_policy(options.config).networks
    if trouble := url_trouble(options.url, networks):
        return _refuse(texts_of("central.webhook_address")[trouble.value])
    event = _event(context, options.account, options.url)
    if not context.store.webhooks.put(options.account, options.url, event):
        return _refuse(text_of("central.no_client", account=options.account))
    print(public_words(open_webhook_key(options.data, os.urandom)))
    return 0


@on_data
def drop_webhook(context: AppContext, options: argparse.Namespace) -> int:
    """Tell the system of an account nothing more, not even what waits; return the exit code."""
    event = _event(context, options.account, DROPPED)
    if context.store.webhooks.drop(options.account, event):
        return 0
    return _refuse(text_of("central.no_webhook", account=options.account))


@on_data
def list_webhooks(context: AppContext, _options: argparse.Namespace) -> int:
    """Print all webhooks with what waits and what was laid aside; return the exit code."""
    print(*HEAD, sep="\t")
    for one in context.store.webhooks.all():
        said = (one.client, one.office, one.url, one.failures, one.waiting, one.dead)
        print(*said, one.trouble, sep="\t")
    return 0


@on_data
def retry_webhook(context: AppContext, options: argparse.Namespace) -> int:
    """Send what was laid aside again, and what waits at once; return the exit code."""
    known = {one.client for one in context.store.webhooks.all()}
    if options.account not in known:
        return _refuse(text_of("central.no_webhook", account=options.account))
    print(context.store.webhooks.retry(options.account))
    return 0


def _event(context: AppContext, account: str, detail: str) -> WebEvent:
    at = context.now().isoformat(timespec="seconds")
    return WebEvent(at, account, "", WebEventKind.WEBHOOK, detail)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
