"""The forms of the pages: they check what comes in, and save nothing."""
