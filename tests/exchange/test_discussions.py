"""Whole discussions, from the file to the database."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person
from forum.dialogue.queries.trees import flaws
from forum.exchange.discussions import import_discussion, reader_of
from forum.exchange.entry import Entry
from forum.kernel.choices import Status
from forum.models import Comment, CommentVersion, Theme, Thread
from tests.exchange.data import DATA, needs_data
from tests.factories import make_theme

pytestmark = pytest.mark.django_db

# File → the comments its README counts, and the posts that open their threads.
FILES = {
    "wxr-theme-unit-test.xml": (33, 7),
    "wxr-a11y-unit-test.xml": (29, 4),
    "wxr-small-export.xml": (1, 1),
    "wxr-blog-136-comments.xml": (136, 38),
    "talk-pl-made.wxr.xml": (174, 0),
    "mbox-numpy-2001-11.mbox": (164, 0),
    "mbox-3gpp-sa4-evs.mbox": (50, 0),
    "mbox-3gpp-ran4-mimo.mbox": (59, 0),
    "talk-fr-made.mbox": (85, 0),
}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of the dialogue, to compare a database with itself."""
    models = (Person, Theme, Thread, Comment, CommentVersion)
    return {model.__name__: sorted(model.objects.order_by("pk").values_list(), key=repr) for model in models}


@needs_data
@pytest.mark.parametrize("name", FILES)
def test_every_comment_of_a_real_discussion_is_imported_with_its_parent_author_and_date(theme, name):
    counted, posts = FILES[name]
    report = import_discussion(theme, DATA / name)
    assert report.broken == []
    assert report.new == Comment.objects.filter(theme=theme).count() == counted + posts
    with (DATA / name).open("rb") as stream:
        entries = [piece for piece in reader_of(DATA / name)(stream) if isinstance(piece, Entry)]
    rows = Comment.objects.filter(theme=theme).select_related("thread__opening", "parent", "author")
    by_origin = {comment.origin: comment for comment in rows}
    for entry in entries:
        comment = by_origin[entry.origin]
        answered = comment.parent or (None if comment.pk == comment.thread.opening_id else comment.thread.opening)
        assert (answered.origin if answered else None) == entry.parent
        assert comment.thread.opening.origin == entry.thread
        assert comment.created_at == entry.written_at
        assert comment.author.name == entry.author[:120]
        assert (comment.status == Status.PUBLISHED) == entry.is_public
    assert list(flaws()) == []
    theme.refresh_from_db()
    assert theme.comment_count == sum(entry.is_public for entry in entries)


@needs_data
@pytest.mark.parametrize("name", FILES)
def test_an_import_run_twice_leaves_the_same_database(theme, name):
    import_discussion(theme, DATA / name)
    once = everything()
    assert import_discussion(theme, DATA / name).new == 0
    assert everything() == once


@needs_data
def test_what_was_not_public_in_the_source_is_not_public_here(theme, client):
    import_discussion(theme, DATA / "wxr-theme-unit-test.xml")
    held = Comment.objects.filter(theme=theme, status=Status.HELD)
    assert held.count() > 0
    for comment in held:
        assert client.get(f"/comments/{comment.pk}/").status_code == (200 if comment.in_public_tree else 404)
        assert comment.version.html not in client.get(f"/threads/{comment.thread_id}/").content.decode()


@needs_data
def test_nobody_can_log_in_as_an_imported_author(theme):
    import_discussion(theme, DATA / "wxr-small-export.xml")
    authors = Person.objects.filter(origin__startswith="import:")
    assert authors.count() == 2
    assert not any(author.is_active or author.email or author.has_usable_password() for author in authors)


@needs_data
def test_the_command_says_what_it_did(theme):
    out = StringIO()
    name = f"{theme.event.slug}/{theme.slug}"
    call_command("import_discussion", DATA / "mbox-3gpp-sa4-evs.mbox", theme=name, stdout=out)
    assert out.getvalue().startswith("50 comments imported, 0 were there already.\nWarnings (9):")


@pytest.mark.parametrize(
    ("content", "theme_name", "words"),
    [
        (b"GIF89a", None, "neither a WordPress export"),
        (b"<rss><channel><item></rss>", None, "not well-formed XML"),
        (None, None, "cannot be read"),
        (b"From a", "baku/nothing", "There is no theme"),
    ],
)
def test_what_cannot_be_imported_is_told_in_one_sentence(theme, tmp_path: Path, content, theme_name, words):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("import_discussion", path, theme=theme_name or f"{theme.event.slug}/{theme.slug}")
    assert not Comment.objects.exists()


@needs_data
def test_the_same_file_fits_into_two_themes(event, theme):
    other = make_theme(event, code="I", slug="other")
    first = import_discussion(theme, DATA / "mbox-3gpp-sa4-evs.mbox")
    second = import_discussion(other, DATA / "mbox-3gpp-sa4-evs.mbox")
    assert (first.new, second.new) == (50, 50)
