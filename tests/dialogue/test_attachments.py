"""Files with comments: what is taken, what is left of it, and who may have it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.http.body_limit import BodyLimit
from forum.models import Attachment, Comment
from forum.moderation.actions.moderation import remove_comment
from tests.factories import new_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MARKER = b"zebrafinch"


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 90, 90)).save(out, kind, **options)
    return out.getvalue()


def photo_that_tells() -> bytes:
    """A picture with a place, a camera and a comment inside, standing on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "zebrafinch camera", "zebrafinch was here"
    return picture(exif=exif, comment=MARKER) + MARKER  # and something behind its end


def add(client: Client, theme, content: bytes, name: str = "harbour.jpg", **more):
    fields = {"file": SimpleUploadedFile(name, content), "key": new_key()} | more
    return client.post(f"/themes/{theme.pk}/files/", fields)


def send(client: Client, to, **fields):
    return client.post(f"/comments/{to.pk}/reply/", {"source": "See the file.", "key": new_key()} | fields)


def newest() -> Attachment:
    return Attachment.objects.order_by("-pk")[0]


def with_file(client: Client, to, content: bytes = PDF, name: str = "report.pdf", alt: str = "") -> Comment:
    add(client, to.thread.theme, content, name)
    assert send(client, to, **{f"alt-{newest().token}": alt}).status_code == 302
    return Comment.objects.order_by("-pk")[0]


def test_a_picture_stands_in_the_thread_and_can_be_downloaded(thread, cast):
    written = with_file(cast.client("ben"), thread.opening, picture(), "harbour.jpg", alt="Ships in a harbour")
    page = Client().get(f"/threads/{thread.pk}/").content.decode()
    file = written.attachments.get()
    assert f'<img src="/files/{file.token}/small/" alt="Ships in a harbour" width="640" height="427"' in page
    small, full = Client().get(f"/files/{file.token}/small/"), Client().get(f"/files/{file.token}/harbour.jpg")
    assert (small["Content-Type"], full["Content-Type"]) == ("image/webp", "image/jpeg")
    assert full["Content-Disposition"] == 'attachment; filename="harbour.jpg"'
    assert Image.open(io.BytesIO(full.content)).size == (900, 600)


def test_nothing_is_left_of_a_photo_but_the_photo(thread, cast, folder):
    assert MARKER in photo_that_tells()
    written = with_file(cast.client("ben"), thread.opening, photo_that_tells(), alt="A wall")
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert not any(MARKER in content for content in kept)
    full = Client().get(f"/files/{written.attachments.get().token}/x").content
    assert Image.open(io.BytesIO(full)).size == (600, 900)  # upright
    assert not Image.open(io.BytesIO(full)).getexif()


def animation() -> bytes:
    frames = [Image.new("RGB", (90, 60), colour) for colour in ((20, 90, 90), (200, 30, 40))]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def test_an_animation_is_announced_to_its_author_and_to_readers(thread, cast):
    client, ours = cast.client("ben"), "is an animation"
    assert ours in add(client, thread.theme, animation(), "wave.gif").content.decode()
    send(client, thread.opening, **{f"alt-{newest().token}": "A flag in the wind"})
    assert "Animation: only the first frame is shown" in Client().get(f"/threads/{thread.pk}/").content.decode()
    assert ours not in add(client, thread.theme, picture("GIF"), "still.gif").content.decode()


def test_what_was_written_before_animations_were_noted_is_read_as_before(thread, cast):
    written = with_file(cast.client("ben"), thread.opening, picture(), alt="A harbour")
    Comment.objects.filter(pk=written.pk).update(
        files=[{k: v for k, v in written.files[0].items() if k != "is_animation"}]
    )
    page = Client().get(f"/threads/{thread.pk}/").content.decode()
    assert 'alt="A harbour"' in page
    assert "Animation" not in page


def test_a_file_is_a_download_in_which_nothing_runs(thread, cast):
    written = with_file(cast.client("ben"), thread.opening)
    response = Client().get(f"/files/{written.attachments.get().token}/report.pdf")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content == PDF


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<script>alert(1)</script>", "picture.jpg", "Only pictures"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "picture.svg", "Only pictures"),
        (b"%PDF-1.4 <html>but no document", "report.pdf", "Only pictures"),
        (b"<html>" + PDF, "report.pdf", "Only pictures"),
        (picture()[:400], "harbour.jpg", "damaged"),
        (b"", "harbour.jpg", "empty"),
        (b"x" * 5_000_001, "harbour.jpg", "larger than 5 MB"),
        (picture("PNG", (6000, 5100)), "huge.png", "30 million pixels"),
    ],
)
def test_what_is_not_a_sound_picture_or_document_is_refused_in_words(thread, cast, content, name, sentence):
    client = cast.client("ben")
    response = add(client, thread.theme, content, name)
    assert response.status_code in {413, 422}
    assert sentence in response.json()["sentence"]
    # Without scripts the same sentence comes with the box, and with the words.
    page = send(client, thread.opening, source="My long text.", file=SimpleUploadedFile(name, content), file_alt="x")
    if content:  # browsers send an empty file as no file at all
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert "My long text." in page.content.decode()
    assert not Attachment.objects.exists()


def test_names_are_made_harmless(thread, cast):
    name = '../..\\evil\u202egpj."><script>.exe'
    written = with_file(cast.client("ben"), thread.opening, PDF, name)
    assert written.attachments.get().name.endswith(".pdf")
    assert not set('/\\"<>\u202e') & set(written.attachments.get().name)


def test_a_picture_needs_words_for_those_who_cannot_see_it(thread, cast):
    client = cast.client("ben")
    add(client, thread.theme, picture())
    response = send(client, thread.opening, **{f"alt-{newest().token}": "  "})
    page = response.content.decode()
    assert response.status_code == 422
    assert "alt text to each picture" in page
    assert "See the file." in page
    assert f'data-file="{newest().token}"' in page
    assert Comment.objects.count() == 1


def test_without_scripts_files_are_added_and_taken_out_with_buttons(thread, cast):
    client, key = cast.client("ben"), new_key()
    fields = {"source": "My words.", "key": key, "act": "attach", "file_alt": "A harbour"}
    url = f"/comments/{thread.opening_id}/reply/"
    page = client.post(url, fields | {"file": SimpleUploadedFile("a.png", picture("PNG"))}).content.decode()
    token = newest().token
    assert f'name="alt-{token}"' in page
    assert 'value="A harbour"' in page
    assert "My words." in page
    page = client.post(url, fields | {f"alt-{token}": "A harbour", "act": f"drop-{token}"}).content.decode()
    assert token not in page
    assert "My words." in page
    assert not Attachment.objects.exists()
    # Chosen and sent at once.
    del fields["act"]
    response = client.post(url, fields | {"file": SimpleUploadedFile("a.png", picture("PNG"))})
    assert response.status_code == 302
    assert Comment.objects.order_by("-pk")[0].files[0]["alt"] == "A harbour"


def test_a_new_thread_can_have_files(theme, cast):
    fields = {"title": "With a map", "source": "Look.", "key": new_key(), "file_alt": "A map"}
    file = SimpleUploadedFile("map.png", picture("PNG"))
    assert cast.client("ada").post(f"/baku/{theme.slug}/open/", fields | {"file": file}).status_code == 302
    assert Comment.objects.get().files[0]["alt"] == "A map"


def test_a_draft_brings_its_files_back(thread, cast):
    client, key = cast.client("ben"), new_key()
    add(client, thread.theme, picture(), key=key)
    token = newest().token
    client.post(
        f"/drafts/reply/{thread.opening_id}/",
        {"source": "Half a thought", "key": key, "draft": "0", f"alt-{token}": "A ship"},
    )
    page = client.get(f"/comments/{thread.opening_id}/reply/").content.decode()
    assert f'name="alt-{token}"' in page
    assert 'value="A ship"' in page


def test_four_files_are_enough(thread, cast):
    client = cast.client("ben")
    tokens = {}
    for _ in range(4):
        add(client, thread.theme, PDF, "a.pdf", **tokens)
        tokens[f"alt-{newest().token}"] = ""
    assert add(client, thread.theme, PDF, "a.pdf", **tokens).status_code == 409
    add(client, thread.theme, PDF, "a.pdf")  # by another form, then smuggled into this one
    assert send(client, thread.opening, **tokens, **{f"alt-{newest().token}": ""}).status_code == 422
    assert send(client, thread.opening, **tokens).status_code == 302
    assert len(Comment.objects.order_by("-pk")[0].files) == 4


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ben", 200)])
def test_who_may_add(thread, cast, who, status):
    assert add(cast.client(who), thread.theme, PDF, "a.pdf").status_code == status


def test_a_theme_without_files_offers_and_takes_none(thread, cast):
    assert "data-files" in cast.client("ben").get(f"/comments/{thread.opening_id}/reply/").content.decode()
    thread.theme.takes_files = False
    thread.theme.save(update_fields=["takes_files"])
    client = cast.client("ben")
    assert add(client, thread.theme, PDF, "a.pdf").status_code == 403
    assert "data-files" not in client.get(f"/comments/{thread.opening_id}/reply/").content.decode()


def test_somebody_elses_file_cannot_be_sent_or_taken_out(thread, cast):
    add(cast.client("ada"), thread.theme, PDF, "a.pdf")
    token = newest().token
    response = send(cast.client("ben"), thread.opening, **{f"alt-{token}": "mine now"})
    assert response.status_code == 422
    assert "no longer available" in response.content.decode()
    cast.client("ben").post(f"/files/{token}/drop/")
    assert Attachment.objects.get().author == cast.ada
    assert Attachment.objects.get().alt == ""
    assert Client().post(f"/files/{token}/drop/").status_code == 403


def test_an_unsent_file_is_its_authors_alone(thread, cast):
    add(cast.client("ben"), thread.theme, PDF, "a.pdf")
    address = f"/files/{newest().token}/a.pdf"
    assert [cast.client(who).get(address).status_code for who in ("ben", "ada", "mo", "eve")] == [200, 404, 404, 404]


def test_a_file_goes_and_comes_with_its_comment(thread, cast):
    written = with_file(cast.client("ben"), thread.opening, picture(), alt="zebrafinch")
    token = written.attachments.get().token
    kept = Client().get(f"/files/{token}/small/")["ETag"]
    remove_comment(written, seen=SKIP_CHECK, by=cast.mo, reason="Not here.", now=timezone.now())
    for path in (f"/files/{token}/small/", f"/files/{token}/a.jpg"):
        assert [cast.client(who).get(path).status_code for who in ("eve", "ada", "ben", "mo")] == [404, 404, 200, 200]
        assert (
            Client(headers={"If-None-Match": kept}).get(path).status_code == 404
        )  # what a browser kept proves nothing
    assert "zebrafinch" not in Client().get(f"/comments/{written.pk}/").content.decode()
    other = with_file(cast.client("ben"), thread.opening, PDF)
    withdraw_comment(other, by=cast.ben, now=timezone.now())
    assert Client().get(f"/files/{other.attachments.get().token}/a.pdf").status_code == 404


def test_a_browser_that_has_it_is_not_sent_it_again(thread, cast):
    written = with_file(cast.client("ben"), thread.opening)
    address = f"/files/{written.attachments.get().token}/report.pdf"
    tag = Client().get(address)["ETag"]
    again = Client(headers={"If-None-Match": tag}).get(address)
    assert (again.status_code, again.content) == (304, b"")


def test_the_same_form_sent_twice_keeps_its_files_once(thread, cast):
    client, key = cast.client("ben"), new_key()
    add(client, thread.theme, PDF, "a.pdf", key=key)
    fields = {"key": key, f"alt-{newest().token}": ""}
    assert send(client, thread.opening, **fields).status_code == 302
    assert send(client, thread.opening, **fields).status_code == 302
    assert Comment.objects.count() == 2
    assert Attachment.objects.count() == 1


def test_what_is_never_sent_does_not_pile_up(thread, cast, folder):
    client = cast.client("ben")
    for _ in range(14):
        add(client, thread.theme, PDF, "a.pdf")
    assert Attachment.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_old_unsent_files_are_pruned_unless_a_draft_holds_them(thread, cast, folder):
    client, key = cast.client("ben"), new_key()
    add(client, thread.theme, PDF, "kept.pdf", key=key)
    client.post(f"/drafts/thread/{thread.theme_id}/", {"source": "Half", "key": key, "draft": "0"})
    add(client, thread.theme, PDF, "left.pdf")
    with_file(client, thread.opening, PDF, "sent.pdf")
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=31))
    call_command("prune_files")
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["kept.pdf", "sent.pdf"]
    assert sum(path.is_file() for path in folder.rglob("*")) == 2


def test_a_body_beyond_all_measure_is_refused_before_anything_is_kept():
    def of(declared: bytes, sent: int) -> list[dict]:
        scope = {"type": "http", "method": "POST", "path": "/preview/", "headers": [(b"content-length", declared)]}
        answers: list[dict] = []

        async def receive():
            return {"type": "http.request", "body": b"x" * sent, "more_body": True}

        async def send(message):
            answers.append(message)

        async def reader(scope, receive, send):
            while (message := await receive())["type"] != "http.disconnect":
                assert len(message["body"]) == sent
            await send({"type": "cut off"})

        async_to_sync(BodyLimit(reader))(scope, receive, send)
        return answers

    assert of(b"30000001", 1)[0]["status"] == 413
    assert of(b"nonsense", 1)[0]["status"] == 413
    assert of(b"0", 4_000_000) == [{"type": "cut off"}]  # more than it said
