"""Step: each paper is captured, promised or left for later."""
