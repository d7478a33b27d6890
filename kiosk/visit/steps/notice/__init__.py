"""Step: the notice of what data are used for, and the consent."""
