"""The database as it is now, once more: what is to cost the same with many answers is asked of both in turn."""

import os
import sqlite3
from contextlib import closing

import dj_database_url
import psycopg
from django.db import connection


def copy_database() -> str:
    """The address of the copy. Nobody else may have the database open."""
    address = os.environ["FEW_DATABASE_URL"]
    name, now = dj_database_url.parse(address)["NAME"], connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(now)) as whole, closing(sqlite3.connect(name)) as copy:
            whole.backup(copy)
    else:
        server = address.removesuffix(f"/{name}")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
            maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{now}"')
    return address
