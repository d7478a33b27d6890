"""The commands `central accounts …`: who of the staff may use the pages in a browser."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from central.fleet.enrolments import code_name, new_code
from central.operator.data_commands import on_data
from central.store.web.accounts import NewSecrets
from central.web_accounts import (
    WebAccount,
    WebEvent,
    WebEventKind,
    WebRole,
    trouble_with_office,
)
from kiosk.retirement.reading import read_catalogue
from kiosk.staff.code import KEY_BYTES, enrolment_url, write_key

if TYPE_CHECKING:
    from central.app_context import AppContext

ISSUER = "retirement-kiosk"
THERE = "there is an account of this name; `central accounts reset` lets it be set up anew"
NO_ACCOUNT = "no such account; `central accounts list` shows all"


@on_data
def add_account(context: AppContext, options: argparse.Namespace) -> int:
    """Make an account and print what its owner needs to set it up; return the exit code."""
    role, offices = WebRole(options.role), read_catalogue(options.config).offices.offices
    if trouble := trouble_with_office(role, options.office, offices):
        return _refuse(trouble, 2)
    account = WebAccount(options.account, role, options.office)
    secret, secrets = _new_secrets(context)
    event = _event(context, account.id, WebEventKind.ADDED)
    if not context.store.web_accounts.add(account, secrets, event):
        return _refuse(f"{account.id}: {THERE}")
    _print_secrets(context, account.id, secret, secrets)
    return 0


@on_data
def reset_account(context: AppContext, options: argparse.Namespace) -> int:
    """Let an account be set up anew and print what that needs; return the exit code."""
    secret, secrets = _new_secrets(context)
    event = _event(context, options.account, WebEventKind.RESET)
    if not context.store.web_accounts.reset(options.account, secrets, event):
        return _refuse(f"{options.account}: {NO_ACCOUNT}")
    _print_secrets(context, options.account, secret, secrets)
    return 0


@on_data
def disable_account(context: AppContext, options: argparse.Namespace) -> int:
    """Let nobody in under an account any more; return the exit code."""
    event = _event(context, options.account, WebEventKind.DISABLED)
    if context.store.web_accounts.disable(options.account, event):
        return 0
    return _refuse(f"{options.account}: {NO_ACCOUNT}")


@on_data
def list_accounts(context: AppContext, _options: argparse.Namespace) -> int:
    """Print all accounts, their role, office and state; return the exit code."""
    for one in context.store.web_accounts.all():
        state = "set up" if one.password_hash else "waits for set-up"
        words = "disabled" if one.is_disabled else state
        print(one.account.id, one.account.role.value, one.account.office, words, sep="\t")
    return 0


@on_data
def list_web_events(context: AppContext, _options: argparse.Namespace) -> int:
    """Print the audit of the pages: time, account, source, event, detail; return the exit code."""
    for one in context.store.web_events.all():
        print(one.at, one.account, one.source, one.kind.value, one.detail, sep="\t")
    return 0


def _new_secrets(context: AppContext) -> tuple[str, NewSecrets]:
    """Return a set-up secret of 80 random bits and what is stored of it, with a new code key."""
    secret = f"{new_code(os.urandom)}-{new_code(os.urandom)}"
    until = context.now() + timedelta(hours=context.policy.web.setup_hours)
    key = write_key(os.urandom(KEY_BYTES))
    return secret, NewSecrets(code_name(secret), until.timestamp(), key)


def _print_secrets(context: AppContext, account: str, secret: str, secrets: NewSecrets) -> None:
    print("secret", secret, sep="\t")
    print("codes", enrolment_url(secrets.code_key, account, ISSUER), sep="\t")
    hours = f"{context.policy.web.setup_hours:g}"
    words = f"{account}: hand both over in person; good for {hours} hours, once, and kept nowhere"
    print(words, file=sys.stderr)


def _event(context: AppContext, account: str, kind: WebEventKind) -> WebEvent:
    return WebEvent(context.now().isoformat(timespec="seconds"), account, "", kind)


def _refuse(words: str, code: int = 1) -> int:
    print(words, file=sys.stderr)
    return code
