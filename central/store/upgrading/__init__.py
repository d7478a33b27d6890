"""How the tables of an older revision become those of this program while calls go on."""
