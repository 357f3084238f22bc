"""The kinds of backup there are, and which module writes and restores each."""

from . import postgresql, sqlite

KINDS = {"sqlite": sqlite, "postgresql": postgresql}
WORDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
