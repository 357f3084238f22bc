"""Whether anything acknowledged is lost when everything fails: `make torture`."""
