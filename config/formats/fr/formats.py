"""Dates where Django writes them itself, which is in the admin: as the pages say them."""

DATETIME_FORMAT = "j F Y à G\u00a0\\h\u00a0i"
TIME_FORMAT = "G\u00a0\\h\u00a0i"
