"""The search index: a table that only full-text search reads and only dialogue/actions/indexing.py writes.

It is no model: it stands beside the tables it speaks of, so that no later change of theirs touches it, and no
trigger of theirs has to survive SQLite's way of altering a table (making it anew).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from forum.dialogue.actions.indexing import put

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


def fill(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Indexes what is there. A later form of the index fills itself: then this step can go."""
    public = apps.get_model("forum", "Comment").objects.filter(status="published").order_by()
    rows = public.values_list(
        "id", "version_id", "version__text", "author__name", "thread__title", "thread__opening_id"
    )
    for comment_id, version_id, text, name, title, opening_id in rows.iterator():
        put(comment_id, version_id, title=title if comment_id == opening_id else "", name=name, text=text)


def drop(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE forum_search")


class Migration(migrations.Migration):
    dependencies = [("forum", "0003_versions_may_be_hidden")]

    operations = [migrations.RunPython(create, drop), migrations.RunPython(fill, migrations.RunPython.noop)]
