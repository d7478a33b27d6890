"""The settings of a terminal: schema, layers, signed bundles, and their rollout."""
