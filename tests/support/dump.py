"""Everything in a database, in a form in which two of them can be compared."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

# Made of chance: passwords that fit nothing, stamps, the names of footnotes. And moments at which rows were made.
BY_CHANCE = {("accounts.Person", "password"), ("accounts.Person", "date_joined"), ("forum.Theme", "stamp")}
STAMPS = "forum.RevisionStamp"
FOOTNOTE = re.compile(r"\b(fn(?:ref)?-)[0-9a-z]{10}-")
BLOCK = re.compile(r"'b:\d+'")  # of keys, in the search index


def whole_database() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table in the order of their keys. A key is told by its rank: the same row has another one in
    another try, but rows come in the same order. Left out are stamps and what is made of chance."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.label != STAMPS]
    ranks = {model: _ranks(model) for model in models}
    found = {model._meta.label: [_row(model, row, ranks) for row in _rows(model)] for model in models}
    return {label: rows for label, rows in found.items() if rows} | {"search": _search(ranks)}


def _rows(model: type[Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def _ranks(model: type[Model]) -> dict[Any, int]:
    return {key: rank for rank, key in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True))}


def _row(model: type[Model], row: dict[str, Any], ranks: dict[Any, dict[Any, int]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        value = row[field.attname]
        if (model._meta.label, field.name) in BY_CHANCE:
            continue
        if field.primary_key and not isinstance(field, ForeignKey):
            value = ranks[model][value]
        elif isinstance(field, ForeignKey) and value is not None:
            value = ranks[field.related_model][value]
        elif isinstance(value, str):
            value = FOOTNOTE.sub(r"\1", value)
        told[field.name] = value
    return told


def _search(ranks: dict[Any, dict[Any, int]]) -> list[dict[str, Any]]:
    comments, versions = (ranks[apps.get_model("forum", name)] for name in ("Comment", "CommentVersion"))
    key = "rowid" if connection.vendor == "sqlite" else "comment_id"
    words = "title, name, words, marks" if connection.vendor == "sqlite" else "document::text"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, version_id, {words} FROM forum_search ORDER BY {key}")
        return [
            {
                "comment": comments[comment],
                "version": versions[version],
                "words": [BLOCK.sub("'b'", each) for each in said],
            }
            for comment, version, *said in cursor.fetchall()
            if comment in comments  # an index without foreign keys keeps what tests before have left
        ]
