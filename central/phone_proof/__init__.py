"""The city's platform (统一用户) says whose telephone a code is on."""
