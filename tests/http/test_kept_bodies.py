"""Which coding a reader gets, and how much the process keeps."""

from __future__ import annotations

import gzip
import os

import brotli
import pytest

from forum.http.kept_bodies import Body, Coding
from forum.http.page_store import OVERHEAD, Key, Page, Store, Subject

TEXT = b"A sentence that comes again and again. " * 50


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"", Coding.PLAIN),
        (b"gzip, deflate, br, zstd", Coding.BROTLI),
        (b"gzip", Coding.GZIP),
        (b"GZIP", Coding.GZIP),
        (b"br;q=0, gzip", Coding.GZIP),
        (b"br;q=0.2, gzip;q=0.8", Coding.GZIP),
        (b"br; q=0.000 , gzip ; q=0.001", Coding.GZIP),
        (b"*", Coding.BROTLI),
        (b"*;q=0", Coding.PLAIN),
        (b"identity", Coding.PLAIN),
        (b"gzip;q=nonsense", Coding.PLAIN),
        (b"x-br, brr", Coding.PLAIN),
    ],
)
def test_a_body_goes_in_the_best_coding_that_is_allowed(accepted: bytes, coding: Coding):
    assert Body(TEXT).best(accepted) is coding


def test_codings_hold_the_same_text():
    body = Body(TEXT)
    for coding in (Coding.GZIP, Coding.BROTLI):
        assert not body.has(coding)
        body.code(coding)
    assert gzip.decompress(body.coded(Coding.GZIP)) == brotli.decompress(body.coded(Coding.BROTLI)) == TEXT
    assert body.size == sum(len(body.coded(coding)) for coding in Coding)
    assert Body(b"short").best(b"br") is Coding.PLAIN


def page(size: int) -> Page:
    return Page(Subject(()), b"", 0.0, [], "", Body(os.urandom(size)))


def key(path: str) -> Key:
    return Key(path, b"", "en", is_secure=False)


def test_the_store_keeps_what_was_asked_for_last_within_its_bytes():
    store = Store(3 * (1_000 + OVERHEAD) + 100)
    for path in ("/1", "/2", "/3"):
        store.put(key(path), page(1_000))
    assert store.get(key("/1"))
    store.put(key("/4"), page(1_000))
    assert [path for path in ("/1", "/2", "/3", "/4") if store.get(key(path))] == ["/1", "/3", "/4"]
    assert store.held <= store.most
    store.put(key("/large"), page(store.most))
    assert store.get(key("/large")) is None
    assert store.get(key("/4")), "what is too large takes nothing from the others"


def test_a_page_grows_by_its_codings():
    store, kept = Store(10_000), page(1_000)
    store.put(key("/1"), kept)
    before = store.held
    kept.body.code(Coding.GZIP)
    store.put(key("/1"), kept)
    assert store.held > before + 1_000
    store.drop(key("/1"))
    assert store.held == 0
