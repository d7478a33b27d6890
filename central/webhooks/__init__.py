"""Webhooks: signed events about tasks, sent to the offices' own systems until they take them."""
