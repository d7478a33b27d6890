"""The reference central service: intake of applications, offices, fleet and operator commands."""
