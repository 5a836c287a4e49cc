"""Watched words are found however they are written, and nowhere else."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from forum.dialogue.rules.word_filter import NOT_SEEN, found_words, marked, normalise


@pytest.mark.parametrize(
    ("watched", "text"),
    [
        ("casino", "Visit our CASINO today!"),
        ("casino", "Visit our саsinо."),  # Cyrillic letters in it
        ("casino", "ＣＡＳＩＮＯ"),
        ("casino", "the c4s1n0"),
        ("casino", "càsîno"),
        ("free money", "It is free\n\nmoney."),
        ("free money", "fr33   m0n€y, m0ney: free money"),
        ("straße", "Die STRASSE ist frei."),
        ("賭場", "歡迎來到賭場網站"),
        ("คาสิโน", "ยินดีต้อนรับสู่คาสิโนของเรา"),
        ("道博", "在道 博网"),
        ("казино", "Лучшее Казино."),
        ("кaзинo", "Лучшее казино."),  # watched with Latin letters in it
        ("카지노", "온라인카지노입니다"),
        ("100", "It costs 100."),
        ("viagra", "vi\u200bagra"),  # a space without width
        ("viagra", "vi\u00adagra"),  # a soft hyphen
        ("viagra", "vi\u2060agra"),  # a word joiner
        ("viagra", "vi\ufe0fagra"),  # a variation selector
        ("ca\u200csino", "casino"),  # watched with one in it
        ("賭場", "賭\u200b場"),
        ("casino", "casıno"),
        ("casino", "CASİNO"),
    ],
)
def test_found(watched, text):
    assert found_words(text, [watched]) == [watched]


@pytest.mark.parametrize(
    ("watched", "text"),
    [
        ("ass", "A class assesses the passage."),
        ("casino", "casinos are another word"),
        ("мой", "мои друзья"),
        ("free money", "money free"),
        ("loo", "It costs 100."),
        ("賭場", "賭博和場地"),
        ("", "anything"),
        ("!!!", "anything!!!"),
    ],
)
def test_not_found(watched, text):
    assert found_words(text, [watched]) == []


def test_all_that_occur_are_told_in_their_own_spelling():
    assert found_words("Casino and money", ["Money", "house", "CASINO"]) == ["Money", "CASINO"]


def test_folding_twice_changes_nothing():
    for text in ("Fr33 Ｍоnеу", "straße 100 賭場 카지노 й", "a@b $5 c$"):
        assert normalise(normalise(text)) == normalise(text)


def test_everything_that_unicode_calls_a_format_is_unseen():
    formats = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
    assert len(formats) > 100
    assert [sign for sign in formats if not NOT_SEEN.match(sign)] == []


@pytest.mark.parametrize(
    ("watched", "html", "shown"),
    [
        ("casino", "<p>a cas\u200bino!</p>", "<p>a <mark>cas\u200bino</mark>!</p>"),
        ("casino", "<p>the ca\u0300s\u00adıno</p>", "<p>the <mark>ca\u0300s\u00adıno</mark></p>"),
        ("賭場", "<p>到賭\u2060場網</p>", "<p>到<mark>賭\u2060場</mark>網</p>"),
        (
            "hello, friend",
            "<p>Hello friend; hello, my friend</p>",
            "<p><mark>Hello friend</mark>; hello, my friend</p>",
        ),
    ],
)
def test_what_was_found_is_marked_as_it_was_typed(watched, html, shown):
    assert marked(html, [watched]) == shown
