"""What the database itself refuses: to change or drop a decision, a measure, or the text of a revision."""

from django.db import migrations

APPEND_ONLY = ["forum_decision", "forum_sanction"]
SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION forum_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION forum_refuse()
"""


def guards() -> list[dict[str, str]]:
    rows = [
        {"table": table, "verb": event.lower(), "event": event}
        for table in APPEND_ONLY
        for event in ("UPDATE", "DELETE")
    ]
    return [
        *rows,
        {"table": "forum_revision", "verb": "rewrite", "event": "UPDATE OF text, number, answer_id"},
    ]


def raise_guards(apps, schema_editor) -> None:
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
    for guard in guards():
        schema_editor.execute((POSTGRESQL_GUARD if on_postgresql else SQLITE_GUARD).format(**guard), params=None)


def drop_guards(apps, schema_editor) -> None:
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for guard in guards():
        where = f" ON {guard['table']}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {guard['table']}_no_{guard['verb']}{where}")
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION forum_refuse()")


class Migration(migrations.Migration):
    dependencies = [("forum", "0001_initial")]
    operations = [migrations.RunPython(raise_guards, drop_guards)]
