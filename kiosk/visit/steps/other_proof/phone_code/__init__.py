"""Step: the city's platform says whose telephone a code is on."""
