"""The command line: one parser for every command."""
