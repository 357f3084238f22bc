"""Text: cleaned, rendered, compared. Knows nothing of the forum."""
