"""Alarms about terminals, sent on by e-mail and by signed webhook until they are taken."""
