"""Files that come with an email: the same kinds and limits as in a form; those that are refused are named."""

from __future__ import annotations

import pytest

from forum.kernel.outbox import IncomingState
from forum.models import Attachment, Comment, IncomingMail
from tests.mail.incoming.conftest import letter, picture

pytestmark = pytest.mark.django_db


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _folder(folder):
    pass


def attach(message, content: bytes, kind: str, name: str, **more) -> None:
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name, **more)


def test_pictures_and_documents_come_with_the_comment(thread, cast, address, take, answers):
    message = letter("See both.", to=address(thread.opening))
    attach(message, picture(), "image/png", "Bakı_map-2026.png")
    attach(message, PDF, "application/pdf", "minutes.pdf")
    assert take(message) == IncomingState.POSTED
    comment = Comment.objects.get(author=cast.ben)
    found = [(file.kind, file.name, file.alt) for file in Attachment.objects.filter(comment=comment).order_by("pk")]
    assert found == [("picture", "Bakı_map-2026.png", "Bakı map 2026"), ("pdf", "minutes.pdf", "minutes")]
    assert answers() == []


def test_what_is_refused_is_named(thread, cast, address, take, answers):
    message = letter("See these.", to=address(thread.opening))
    attach(message, picture(), "image/png", "one.png")
    attach(message, b"MZ\x90\x00", "application/octet-stream", "run.exe")
    for number in range(2, 6):
        attach(message, picture(), "image/png", f"{number}.png")
    assert take(message) == IncomingState.POSTED
    assert Comment.objects.get(author=cast.ben).attachments.count() == 4
    (answer,) = answers()
    assert "without some of its files" in answer.body
    assert "run.exe: Only pictures" in answer.body
    assert "5.png: A comment can have at most four files" in answer.body
    assert "one.png" not in answer.body
    assert f"/comments/{IncomingMail.objects.get().comment_id}/" in answer.body


def test_where_files_are_off_the_text_is_posted(theme, thread, cast, address, take, answers):
    theme.takes_files = False
    theme.save(update_fields=["takes_files"])
    message = letter("See this.", to=address(thread.opening))
    attach(message, picture(), "image/png", "one.png")
    assert take(message) == IncomingState.POSTED
    (answer,) = answers()
    assert "one.png: Files are turned off in this theme." in answer.body


def test_what_programs_add_is_no_file(thread, address, take, answers):
    message = letter("I agree.", to=address(thread.opening))
    attach(message, picture(8), "image/png", "image001.png", disposition="inline", cid="<logo@here>")
    attach(message, b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature", "signature.asc")
    assert take(message) == IncomingState.POSTED
    assert not Attachment.objects.exists()
    assert answers() == []


def test_files_of_an_email_that_is_refused_are_not_kept(thread, cast, address, take, event):
    event.hold_rules = {}
    message = letter("word " * 5_000, to=address(thread.opening))
    attach(message, picture(), "image/png", "one.png")
    assert take(message) == IncomingState.REFUSED
    assert not Attachment.objects.exists()
