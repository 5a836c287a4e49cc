"""The language of a text for the search index, on PostgreSQL: not every dictionary is asked about every text."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from forum.dialogue.actions.indexing import analysed
from forum.dialogue.models.search_index import LANGUAGES, folded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL only"),
]

WORDS = [
    *(
        "the",
        "of",
        "and",
        "running",
        "runs",
        "schools",
        "le",
        "la",
        "les",
        "que",
        "el",
        "los",
        "hombres",
        "2012",
        "x-ray",
    ),
    *("écoles", "straße", "ı", "ə", "東京", "naïve", "Œuvre", "https://example.org/a"),
    *("и", "в", "не", "на", "что", "работы", "работа", "ԑ", "من", "في", "على", "الكتاب", "كتاب", "ﷺ", "ﻻ"),
]
# The language whose dictionary leaves least of a text; of several the first.
ALL_ASKED = """
    SELECT language::regconfig FROM unnest(%s::regconfig[]) WITH ORDINALITY AS known(language, nth)
    ORDER BY length(to_tsvector(language, %s::text)), nth LIMIT 1"""


def test_the_language_is_that_of_all_dictionaries() -> None:
    chance = random.Random(3)
    chosen = set()
    with connection.cursor() as cursor:
        for _ in range(600):
            few = chance.sample(WORDS, chance.randrange(1, 9))
            text = " ".join(chance.choices(few, k=chance.randrange(14)))
            cursor.execute(ALL_ASKED, [list(LANGUAGES), folded(text)])
            language = cursor.fetchone()[0]
            stems = "SELECT (setweight(to_tsvector('simple', %s) || to_tsvector(%s::regconfig, %s), 'D'))::text"
            cursor.execute(stems, [folded(text), language, folded(text)])
            assert analysed(title="", name="", text=text)["document"] == cursor.fetchone()[0], text
            chosen.add(language)
    assert chosen == set(LANGUAGES)
