"""What comes back, what does not, and whom a restored copy writes to."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

import forum.migrations
from accounts.models import Person
from forum.backup import databases
from forum.backup.restore import check_archive, why_not_restore
from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.models.attachment import content_path
from forum.dialogue.queries import counts, trees
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.doctor.readiness import migration_problems
from forum.exchange.demonstration import load_demo
from forum.kernel import schema
from forum.kernel.choices import StanceKind
from forum.mail.sending import send_due_mail
from forum.models import Attachment, Claim, Comment, OldNumber, OutgoingMail, Restoration, Theme, ThreadMove
from forum.moderation.actions.moderation import remove_comment
from tests.backup.archives import (
    back_up,
    changed,
    everything,
    in_manifest,
    members,
    put_back,
    rows,
    stamps,
)
from tests.dialogue.test_attachments import PDF, newest, picture, with_file
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder")]

LATER = timedelta(hours=2)
MIGRATIONS = Path(forum.migrations.__path__[0])
LATER_THAN_0045 = {path.stem for path in MIGRATIONS.glob("0*.py") if path.stem > "0046"}
SQUASHED = {"0001_squashed_0045_theme_codes", "0001_squashed_0003_plain_words"}


@pytest.fixture
def archive(theme, thread, cast, say, tmp_path) -> Path:
    """Of a dialogue in which something was edited, removed and valued, and has files."""
    Theme.objects.filter(pk=theme.pk).update(takes_stances=True)
    kept = say("ben", "Written in Baku: Gəncə, 北京, مرحبا 😀", to=thread.opening)
    edit_comment(kept, by=cast.ben, source="Written in Baku, and edited.", now=timezone.now())
    take_stance(kept, by=cast.ada, kind=StanceKind.AGREE, now=timezone.now())
    hidden = with_file(cast.client("ben"), thread.opening, picture(), "harbour.jpg", alt="A harbour")
    remove_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="Against the rules.", now=timezone.now())
    with_file(cast.client("ada"), kept, PDF, "report.pdf")
    return back_up(tmp_path / "parley.tar.gz")


def test_everything_comes_back_as_django_itself_writes_it_out(archive, thread, cast, say, folder):
    load_demo(with_accounts=True)
    archive = back_up(archive.with_name("with-the-demonstration.tar.gz"))
    before, files = everything(), read_files(folder)
    had = stamps()
    say("ada", "Said after the backup.", to=thread.opening)
    after = with_file(cast.client("ada"), thread.opening, PDF, "later.pdf")
    later = content_path(after.attachments.get().token)
    default_storage.delete(sorted(files)[0])
    put_back(archive, "--replace")
    assert everything() == before
    assert read_files(folder) == files
    assert not default_storage.exists(later), "it belongs to nobody any more"
    assert list(trees.flaws()) == []
    assert (counts.wrongly_counted_themes(), counts.wrongly_indexed()) == ([], 0)
    assert not had & stamps(), "pages that are open learn that this is another history"
    assert {revision for _, revision, _ in stamps()} == set(Theme.objects.values_list("revision", flat=True))


def test_a_sound_file_is_left_alone_and_a_damaged_one_is_replaced(archive, folder):
    files = read_files(folder)
    sound, damaged, changed_ = sorted(path for path in members(archive) if path.startswith("files/"))
    (folder / damaged).write_bytes(b"%PDF")
    (folder / changed_).write_bytes(bytes(len((folder / changed_).read_bytes())))
    at = (folder / sound).stat()
    put_back(archive, "--replace")
    assert read_files(folder) == files
    assert ((folder / sound).stat().st_ino, (folder / sound).stat().st_mtime_ns) == (at.st_ino, at.st_mtime_ns)
    assert not list(folder.rglob("*.unfinished"))


def test_a_restored_site_is_read_searched_and_written_in(archive, thread, cast):
    put_back(archive, "--replace")
    page = Client().get(f"/threads/{thread.pk}/").content.decode()
    assert "Written in Baku, and edited." in page
    assert "edited" in Client().get(f"/{thread.theme.event.slug}/search/", {"q": "Baku"}).content.decode()
    highest = Comment.objects.order_by("-pk")[0].pk
    answer = cast.client("ada").post(
        f"/comments/{thread.opening_id}/reply/", {"source": "Written afterwards.", "key": "k" * 32}
    )
    assert answer.status_code == 302
    assert Comment.objects.order_by("-pk")[0].pk == highest + 1, "keys go on"


def test_sessions_are_not_carried_and_passwords_are(archive, cast):
    client = cast.client("ada")
    assert client.get("/notifications/").status_code == 200
    assert not any("session" in name for name in members(archive))
    put_back(archive, "--replace")
    assert not Session.objects.exists()
    assert client.get("/notifications/").status_code == 302, "everybody logs in again"
    login = {"login": "ada@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", login).status_code == 302
    assert client.get("/notifications/").status_code == 200


def test_hidden_files_come_along_and_stay_hidden(archive, cast, folder):
    file = Attachment.objects.get(name="harbour.jpg")
    default_storage.delete(content_path(file.token))
    put_back(archive, "--replace")
    addresses = [f"/files/{file.token}/harbour.jpg", f"/files/{file.token}/small/"]
    for who, status in (("eve", 404), ("ada", 404), ("ben", 200), ("mo", 200)):
        assert [cast.client(who).get(address).status_code for address in addresses] == [status, status], who
    for path in files_of():
        assert stat.S_IMODE((folder / path).stat().st_mode) == 0o600


def test_an_archive_is_its_owners_alone(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_unsent_files_that_are_taken_out_meanwhile_are_left_out_with_their_rows(thread, cast, tmp_path):
    client = cast.client("ben")
    with_file(client, thread.opening)
    sent = newest()
    lost = Attachment.objects.create(token="taken-out-meanwhile", author=cast.ben, key="k", kind=sent.kind, name="x",
                                     size=1, created_at=timezone.now())  # fmt: skip
    archive = back_up(tmp_path / "parley.tar.gz")
    assert [row["token"] for row in rows(archive, "forum.attachment")] == [sent.token]
    assert lost.token not in str(members(archive)["manifest.json"])


def test_a_restored_copy_sends_nothing_until_it_is_confirmed(archive, thread, cast, say, settings, capsys):
    held = say("ben", "Soon to be removed.", to=thread.opening)
    remove_comment(held, seen=SKIP_CHECK, by=cast.mo, reason="Against the rules.", now=timezone.now())
    again = back_up(archive.with_name("with-a-letter.tar.gz"))
    put_back(again, "--replace")
    # As the server has it: Django's test runner puts another in its place.
    settings.EMAIL_BACKEND, settings.EMAIL_SENT_BY = "forum.mail.backend.UnlessRestored", settings.EMAIL_BACKEND
    owed = OutgoingMail.objects.filter(sent_at=None).count()
    assert owed >= 1
    assert send_due_mail(now=timezone.now() + LATER) == 0
    assert set(OutgoingMail.objects.filter(sent_at=None).values_list("tries", flat=True)) == {0}, "no try is used up"
    reset = Client().post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert reset.status_code == 302
    assert mail.outbox == []
    assert "sends no email" in cast_admin(cast).get("/admin/").content.decode()

    call_command("confirm_restore")
    assert f"{owed} emails are queued" in capsys.readouterr().out
    assert "sends no email" not in cast_admin(cast).get("/admin/").content.decode()
    Client().post("/accounts/password/reset/", {"email": "ben@example.org"})
    assert [letter.to for letter in mail.outbox] == [["ben@example.org"]]
    assert send_due_mail(now=timezone.now() + LATER) == owed
    call_command("confirm_restore")
    assert "email is already on" in capsys.readouterr().out


LONG_AGO = timezone.now() - LATER


@pytest.mark.parametrize("state", [{"tries": 8}, dict.fromkeys(["sending_since", "data_began_at"], LONG_AGO)])
def test_an_uncertain_email_and_one_that_was_given_up_do_not_wait_to_be_sent(archive, capsys, state):
    put_back(archive, "--replace")
    assert OutgoingMail.objects.filter(sent_at=None).update(**state) >= 1
    call_command("confirm_restore")
    assert "0 emails are queued" in capsys.readouterr().out
    assert send_due_mail(now=timezone.now() + LATER) == 0


def test_what_the_old_site_has_sent_can_be_dropped_with_the_confirmation(archive, capsys):
    put_back(archive, "--replace")
    assert OutgoingMail.objects.filter(sent_at=None).exists()
    call_command("confirm_restore", "--drop-owed")
    assert "0 emails are queued" in capsys.readouterr().out
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
    assert Restoration.objects.get().confirmed_at is not None


def test_an_older_archive_is_brought_up_to_date(folder):
    """Made at migration 0045, before one migration took the place of all and models were renamed."""
    old = Path(__file__).with_name("made_at_migration_0045.tar.gz")
    assert why_not_restore(check_archive(old), replace=True) is None
    put_back(old, "--replace")
    assert schema.compare(schema.applied()).is_current
    assert OldNumber.objects.get().theme == ThreadMove.objects.get().theme
    assert (Claim.objects.count(), OutgoingMail.objects.count()) == (1, 2)
    ada = Person.objects.get(name="Ada")
    told = {each.number: each.version.mentions for each in Comment.objects.filter(theme__code="P")}
    assert told == {1: [], 2: [ada.pk], 3: [], 4: [ada.pk], 5: []}
    opening = Comment.objects.get(number=1, theme__code="P")
    assert (opening.support_total, opening.in_public_tree) == (1, True)
    assert stamps()
    assert (list(trees.flaws()), counts.wrongly_counted_themes(), counts.wrongly_indexed()) == ([], [], 0)
    page = Client().get(f"/threads/{opening.thread_id}/").content.decode()
    assert "Where does cooperation happen" in page


def test_an_archive_of_before_is_refused_with_what_to_do_first(archive):
    have = {name for name in schema.applied() if name[1] not in {"0045_theme_codes"} | LATER_THAN_0045 | SQUASHED}
    old = changed(archive, in_manifest(migrations=sorted(have)))
    said = why_not_restore(check_archive(old), replace=True)
    assert said is not None
    assert "too old for this version of Parley (it lacks forum.0045_theme_codes)" in said
    assert "restore the backup, run manage.py migrate and make a new backup there" in said


def test_a_database_of_before_is_told_what_to_do_first(archive):
    """Every command that would need its tables says so, and changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE name IN ('0045_theme_codes', '0046_standard_names',"
            " '0047_mentions', '0001_squashed_0045_theme_codes')"
        )
    try:
        for command in (["migrate"], ["backup", str(archive.with_name("new.tar.gz"))]):
            with pytest.raises(CommandError, match=r"lacks forum.0045_theme_codes.*run manage.py migrate there"):
                call_command(*command)
        with pytest.raises(CommandError, match="too old for this version of Parley"):
            put_back(archive, "--replace")
        assert "too old" in " ".join(migration_problems())
    finally:
        names = ("0045_theme_codes", "0046_standard_names", "0047_mentions", "0001_squashed_0045_theme_codes")
        for name in names:
            MigrationRecorder(connection).record_applied("forum", name)


def test_a_database_at_the_last_of_the_replaced_migrations_goes_on(db):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("forum", "0001_squashed_0045_theme_codes")
    recorder.record_unapplied("accounts", "0001_squashed_0003_plain_words")
    assert schema.compare(schema.applied()).is_current
    call_command("migrate", verbosity=0)
    made = {("forum", "0001_squashed_0045_theme_codes"), ("accounts", "0001_squashed_0003_plain_words")}
    assert made <= schema.applied()


def test_an_archive_of_today_replaces_a_database_that_was_not_migrated_yet(archive):
    """Its tables are those of migration 0045."""
    before = everything()
    at_0045 = frozenset(name for name in schema.applied() if name[1] not in LATER_THAN_0045 | SQUASHED)
    with databases.all_or_nothing():
        databases.drop_tables()
        databases.migrate_to(at_0045)
    for app, name in sorted(schema.applied()):
        if name in SQUASHED:
            MigrationRecorder(connection).record_unapplied(app, name)
    assert {name for _, name in schema.compare(schema.applied()).pending} == LATER_THAN_0045
    put_back(archive, "--replace")
    assert everything() == before


def cast_admin(cast) -> Client:
    cast.olga.__class__.objects.filter(pk=cast.olga.pk).update(is_staff=True, is_superuser=True)
    cast.olga.refresh_from_db()
    return cast.client("olga")


def read_files(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in files_of()}


def files_of() -> list[str]:
    paths = [content_path(token) for token in Attachment.objects.values_list("token", flat=True)]
    return [path for path in paths if default_storage.exists(path)]
