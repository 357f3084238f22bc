"""The Django admin: the moderators' and editors' other door. Each verb calls an action."""
