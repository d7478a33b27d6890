"""What the service keeps for its terminals: settings, releases, points, logs; and their health."""
