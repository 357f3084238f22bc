"""How fast the forum is, measured beside two ceilings: `make bench`."""
