"""Step: the purpose and the consent."""
