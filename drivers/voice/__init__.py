"""The loudspeaker: recorded sentences, decoded and played by programs of their own."""
