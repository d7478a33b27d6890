"""Steps: the ratings of finished parts (好差评), and the answers to bad ones."""
