"""Storage of what is known of terminals: keys, heartbeats, audit heads, card readings."""
