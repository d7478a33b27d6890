"""Step: the papers: brought, photographed or left for later."""
