"""One person's visit, from idle to idle."""
