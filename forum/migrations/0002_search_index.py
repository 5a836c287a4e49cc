"""The search index: a table that only full-text search reads and only dialogue/actions/indexing.py writes.

It is no model: it stands beside the tables it speaks of, so that no later change of theirs touches it, and no
trigger of theirs has to survive SQLite's way of altering a table (making it anew).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = {
    # Folded words come in (dialogue/models/search_index.py). Every mark and sign that is left belongs to a word.
    "sqlite": [
        "CREATE VIRTUAL TABLE forum_search USING fts5(version_id UNINDEXED, title, name, words,"
        " tokenize = \"porter unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")",
    ],
    "postgresql": [
        "CREATE TABLE forum_search ("
        " comment_id bigint PRIMARY KEY, version_id bigint NOT NULL, document tsvector NOT NULL)",
        "CREATE INDEX forum_search_document ON forum_search USING gin (document)",
    ],
}


def create(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in TABLES[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE forum_search")


class Migration(migrations.Migration):
    replaces = [("forum", "0004_search_index")]
    dependencies = [("forum", "0001_squashed_0045_theme_codes")]

    operations = [migrations.RunPython(create, drop)]
