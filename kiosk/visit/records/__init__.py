"""Records of a visit, one for each group of steps; each is forgotten by setting its default."""
