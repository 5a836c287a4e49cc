"""What is typed becomes terms, and what is found becomes passages; nothing typed means anything to a database."""

from __future__ import annotations

import pytest

from forum.dialogue.models.search_index import folded
from forum.dialogue.queries.search_terms import LONGEST, terms_of
from forum.dialogue.queries.snippets import PASSAGE, Part, marked, passage


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Été à Genève", "ete a geneve"),
        ("STRASSE straße", "strasse strasse"),
        ("e-mail: <b>don't</b>", "e mail b don t b"),
        ("互联网 IGF", "互 联 网 igf"),
        ("الإِنترنت", "الانترنت"),
        ("Российский ёж", "российский еж"),
        ("हिन्दी", "हिन्दी"),
        ("\"' \x00 * ( ) ^ : \\ 🙂 \ud800", ""),
    ],
)
def test_words_lose_what_people_do_not_type(text, words):
    assert folded(text) == words


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("lake geneva", ["lake", "geneva"], []),
        ('"lake geneva" -boat', ["lake geneva"], ["boat"]),
        ("“lake geneva", ["lake geneva"], []),
        ("-", [], []),
        ('" -"" - "', [], []),
        ("AND OR NOT NEAR(", ["and", "or", "not", "near"], []),
        ("2010-2012", ["2010 2012"], []),
        ('-"two words"', [], ["two words"]),
    ],
)
def test_words_exact_words_and_unwanted_words_are_all_the_signs_there_are(typed, wanted, unwanted):
    terms = terms_of(typed)
    assert [term.words for term in terms.wanted] == wanted
    assert [term.words for term in terms.unwanted] == unwanted
    assert not terms.is_cut


def test_too_much_is_cut_and_says_so():
    assert terms_of("a" * 10_000).is_cut
    assert len(terms_of("a" * 10_000).wanted[0].words) == LONGEST
    assert len(terms_of("ab " * 50).wanted) == 12
    assert terms_of("ab " * 50).is_cut


def test_forms_of_a_word_are_marked_and_other_words_are_not():
    parts = marked("Lakes, a lake, Lakeside and flakes.", terms_of("lake").wanted)
    assert [part.text for part in parts if part.is_found] == ["Lakes", "lake", "Lakeside"]
    assert "".join(part.text for part in parts) == "Lakes, a lake, Lakeside and flakes."


def test_a_passage_holds_most_of_the_words_and_ends_between_words():
    text = "lake " + "filler " * 100 + "the lake of Geneva is a lake " + "filler " * 100
    parts = passage(text, terms_of("lake geneva").wanted)
    assert [part.text for part in parts if part.is_found] == ["lake", "Geneva", "lake"]
    assert (parts[0], parts[-1]) == (Part("… ", False), Part(" …", False))
    assert len("".join(part.text for part in parts)) <= PASSAGE + 4


@pytest.mark.parametrize("text", ["", "x", "x" * 20_000, "网" * 5000, "word " * 4000, "\n" * 300])
@pytest.mark.parametrize("typed", ["", "x", "网络", '"a b c d e f g h"', "word"])
def test_any_text_gives_a_short_passage_made_of_its_own_words(text, typed):
    whole = "".join(part.text for part in passage(text, terms_of(typed).wanted))
    assert len(whole) <= PASSAGE + 4
    assert whole.removeprefix("… ").removesuffix(" …") in text
