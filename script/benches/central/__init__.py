"""Campaigns against the way to the central service: kills, gateways, hostile answers."""
