"""The search index says in which event and theme each comment stands (see dialogue/models/search_index.py)."""

from django.db import migrations

TOKENIZE = "tokenize = \"porter unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\""
MARKED = "forum_comment AS said JOIN forum_theme AS place ON place.id = said.theme_id"
# FTS5 takes no new column: the table is made anew.
MARK = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE forum_search_marked USING fts5(version_id UNINDEXED, title, name, words, marks, {TOKENIZE})",
        "INSERT INTO forum_search_marked (rowid, version_id, title, name, words, marks)"
        " SELECT said.id, found.version_id, found.title, found.name, found.words,"
        f" 'e' || place.event_id || ' t' || place.id FROM {MARKED} JOIN forum_search AS found ON found.rowid = said.id",
        "DROP TABLE forum_search",
        "ALTER TABLE forum_search_marked RENAME TO forum_search",
    ],
    "postgresql": [
        "UPDATE forum_search SET document = array_to_tsvector("
        "ARRAY['e:' || place.event_id, 't:' || place.id, 'b:' || said.id / 4096]) || document"
        f" FROM {MARKED} WHERE said.id = comment_id",
    ],
}  # fmt: skip
UNMARK = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE forum_search_plain USING fts5(version_id UNINDEXED, title, name, words, {TOKENIZE})",
        "INSERT INTO forum_search_plain (rowid, version_id, title, name, words)"
        " SELECT rowid, version_id, title, name, words FROM forum_search",
        "DROP TABLE forum_search",
        "ALTER TABLE forum_search_plain RENAME TO forum_search",
    ],
    "postgresql": ["UPDATE forum_search SET document = ts_filter(document, '{a,b,d}')"],
}


def mark(apps, schema_editor):
    for statement in MARK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmark(apps, schema_editor):
    for statement in UNMARK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("forum", "0048_what_grows")]

    operations = [migrations.RunPython(mark, unmark)]
