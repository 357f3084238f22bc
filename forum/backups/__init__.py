"""Backups: made while the site runs, verified, and restored into an empty place."""

from .errors import BackupError
from .making import back_up
from .restoring import restore

__all__ = ["BackupError", "back_up", "restore"]
