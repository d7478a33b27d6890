"""Widgets: functions that turn values of a page into parts of a scene."""
