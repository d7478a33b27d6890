"""How do the Debian packages come to be? Same tree, same time: same bytes."""
