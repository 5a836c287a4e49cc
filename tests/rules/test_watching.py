"""Watched words are found however they are written, and nowhere else."""

from __future__ import annotations

import pytest

from forum.rules.watching import folded, found_words


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
        assert folded(folded(text)) == folded(text)
