"""The administration: staff read it, and change through actions or not at all."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.attachments import add_file
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, RoleKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Event, LogEntry, Role, Theme
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.roles import give_role
from forum.moderation.actions.staff import install
from tests.access.administration import ADD_EVENT, ADD_ROLE, ADD_THEME, EVENT, THEME, account, errors, page_of
from tests.factories import make_event, make_person, make_theme, new_key

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"timezone": "Mars/Base"}, "timezone", "There is no time zone Mars/Base."),
        ({"closes_at": "2026-01-14T23:59"}, "closes_at", "The closing time must be after the opening time."),
        ({"ends_at": "2026-07-01T09:00"}, "ends_at", "The end must be after the start."),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at", "Please enter a year between 1900 and 2299."),
        ({"closes_at": "9999-12-31T23:59", "timezone": "America/Lima"}, "closes_at", "Please enter a year between"),
        ({"title": "A \u202emeeting"}, "title", "Please use visible characters only."),
        ({"place": "Par\u200bis"}, "place", "Please use visible characters only."),
    ],
)
def test_what_staff_type_about_an_event_is_checked_and_comes_back(staff, typed, field, words):
    response = staff.post(ADD_EVENT, EVENT | typed)
    assert words in errors(response, field)[0]
    assert next(iter(typed.values())) in response.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize("code", ["7", "p", "É", "7A", "AB-1", "Ab", "WG 1"])
def test_a_theme_has_a_code_that_people_can_cite(staff, event, code):
    response = staff.post(ADD_THEME, THEME | {"event": event.pk, "code": code})
    assert "a capital letter from A to Z" in errors(response, "code")[0]
    assert f'value="{code}"' in response.content.decode(), "what was typed comes back"


@pytest.mark.parametrize("code", ["", "7", "p", "É", "7A"])
def test_the_database_keeps_a_letter_at_the_head_of_a_code(event, code):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_theme(event, code=code)


def test_the_database_keeps_the_order_of_opening_and_closing(event):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(closes_at=event.opens_at)


def test_a_theme_stays_in_its_event_and_names_stay_where_people_link_to_them(staff, theme, thread):
    elsewhere = make_event(slug="elsewhere")
    typed = THEME | {"event": elsewhere.pk, "code": "Z", "slug": "another-name", "title": "Renamed"}
    assert staff.post(page_of(theme), typed).status_code == 302
    moved = Theme.objects.get(pk=theme.pk)
    assert (moved.event_id, moved.code, moved.title) == (theme.event_id, theme.code, "Renamed")
    assert staff.post(page_of(theme.event), EVENT | {"slug": "another-name"}).status_code == 302
    assert staff.get(f"/baku/{theme.slug}/").status_code == 200, "what people link to stays"


def test_names_change_while_nothing_was_said_and_where_addresses_need_them(staff, event, theme):
    typed = THEME | {"code": "Z", "slug": "another-name"}
    assert staff.post(page_of(theme), typed).status_code == 302
    assert staff.post(page_of(event), EVENT | {"slug": "another-name"}).status_code == 302
    assert staff.get("/another-name/another-name/").status_code == 200
    Theme.objects.filter(pk=theme.pk).update(last_number=1, slug="sessions")
    assert staff.post(page_of(theme), typed | {"slug": "mended"}).status_code == 302
    assert staff.get("/another-name/mended/").status_code == 200


def test_a_role_is_for_a_theme_of_its_own_event(event, theme, cast):
    elsewhere = make_event(slug="elsewhere")
    with pytest.raises(Refused) as refusal:
        give_role(elsewhere, cast.ben, RoleKind.MODERATOR, theme=theme)
    assert refusal.value.reason == Reason.THEME_ELSEWHERE
    assert not elsewhere.roles.exists()


def test_nothing_is_deleted_here_and_no_page_lists_what_would_be(staff, event, theme, thread, cast, say, folder):
    document = {"content": b"%PDF-1.4\nx\n%%EOF\n", "key": new_key(), "has": 0, "now": timezone.now()}
    add_file(theme, by=cast.ben, name="zebrafinch-unsent.pdf", alt="A finch", **document)
    reply = say("ben", "zebrafinch", to=thread.opening)
    remove_comment(reply, seen=SKIP_CHECK, by=cast.olga, reason="Off limits.", now=timezone.now())
    for thing in (event, theme, cast.ben, event.roles.get(person=cast.olga)):
        for send in (staff.get, staff.post):
            response = send(page_of(thing, "delete"), {"post": "yes"})
            assert response.status_code == 403
            assert "zebrafinch" not in response.content.decode()
        listed = f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/"
        asked = {"action": "delete_selected", "_selected_action": [thing.pk], "post": "yes"}
        assert "zebrafinch" not in staff.post(listed, asked, follow=True).content.decode()
        assert type(thing).objects.filter(pk=thing.pk).exists()


def test_staff_make_the_first_organiser_and_the_log_has_it(staff, cast, theme):
    paris = make_event(slug="paris")
    typed = {"person": cast.ben.pk, "event": paris.pk, "theme": theme.pk, "kind": RoleKind.MODERATOR}
    assert staff.post(ADD_ROLE, typed).status_code == 302, "a theme of another event is not even asked for"
    assert Role.objects.filter(event=paris).values_list("person", "kind", "theme").get() == (
        cast.ben.pk, RoleKind.ORGANISER, None,
    )  # fmt: skip
    assert LogEntry.objects.filter(event=paris).values_list("act", "person").get() == (Act.GIVE_ROLE, cast.ben.pk)
    again = staff.post(ADD_ROLE, {"person": cast.ben.pk, "event": paris.pk})
    assert errors(again, "__all__") == [Reason.HAS_ROLE.label]


def test_the_act_itself_asks_whether_staff_do_it(event, cast):
    with pytest.raises(Refused) as refusal:
        install(cast.ben, event=event, by=cast.olga, now=timezone.now())
    assert refusal.value.reason == Reason.NOT_STAFF


def test_only_who_can_log_in_becomes_an_organiser(staff, event):
    unconfirmed = make_person("una", verified=False)
    response = staff.post(ADD_ROLE, {"person": unconfirmed.pk, "event": event.pk})
    assert errors(response, "person") == ["This person cannot log in, because they have no confirmed email address."]


def test_a_role_is_read_here_and_not_changed(staff, event, cast):
    role = event.roles.get(person=cast.olga)
    assert staff.get(page_of(role)).status_code == 200
    assert staff.post(page_of(role), {"person": cast.ben.pk, "event": event.pk}).status_code == 403
    assert event.roles.get(pk=role.pk).person_id == cast.olga.pk


def test_the_last_organiser_goes_on_being_able_to_log_in(staff, event, cast):
    response = staff.post(page_of(cast.olga), account(cast.olga, is_active=None))
    assert errors(response, "is_active") == [Reason.ORGANISES_ALONE.label]
    assert Person.objects.get(pk=cast.olga.pk).is_active
    event.roles.create(person=cast.ben, kind=RoleKind.ORGANISER)
    assert staff.post(page_of(cast.olga), account(cast.olga, is_active=None)).status_code == 302
    assert not Person.objects.get(pk=cast.olga.pk).is_active


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b"])
@pytest.mark.parametrize("field", ["name", "organisation"])
def test_names_hold_nothing_invisible_here_either(staff, cast, field, hidden):
    response = staff.post(page_of(cast.ben), account(cast.ben, **{field: f"Ben{hidden}x"}))
    assert errors(response, field) == ["Please use visible characters only."]


def test_an_address_is_changed_by_its_owner_alone(staff, cast):
    assert staff.post(page_of(cast.ben), account(cast.ben, email="eve@example.org", name="Benno")).status_code == 302
    ben = Person.objects.get(pk=cast.ben.pk)
    assert (ben.name, ben.email) == ("Benno", "ben@example.org")
    assert list(ben.emailaddress_set.values_list("email", "verified")) == [("ben@example.org", True)]
    assert staff.get("/admin/accounts/person/add/").status_code == 403
    assert staff.get("/admin/account/emailaddress/").status_code == 404


def test_staff_who_are_no_superusers_find_everything_that_is_theirs(event, theme, cast):
    Person.objects.filter(pk=cast.mo.pk).update(is_staff=True)
    mo = cast.client("mo")
    page = mo.get("/admin/").content.decode()
    for name, status in (("accounts/person", 403), ("forum/event", 200), ("forum/theme", 200), ("forum/role", 200)):
        assert f"/admin/{name}/" in page
        assert mo.get(f"/admin/{name}/").status_code == 200
        assert mo.get(f"/admin/{name}/add/").status_code == status
    for thing in (event, theme, cast.ben):
        assert mo.get(page_of(thing)).status_code == 200


def test_staff_make_no_staff_and_do_not_change_superusers(staff, cast):
    Person.objects.filter(pk=cast.mo.pk).update(is_staff=True)
    root = Person.objects.get(is_superuser=True)
    assert cast.client("mo").post(page_of(cast.ben), account(cast.ben, is_staff="on")).status_code == 302
    assert cast.client("mo").post(page_of(root), account(root, is_active=None)).status_code == 403
    assert set(Person.objects.filter(is_staff=True, is_active=True)) == {root, cast.mo}
    assert staff.post(page_of(cast.ben), account(cast.ben, is_staff="on")).status_code == 302
    assert Person.objects.get(pk=cast.ben.pk).is_staff


def test_no_list_tells_the_hash_of_a_password(staff, cast):
    assert staff.get("/admin/accounts/person/?password__startswith=md5").status_code == 400
    assert staff.get("/admin/accounts/person/?name__startswith=B").status_code == 200


def test_nobody_else_enters(cast):
    for who in ("ada", "mo", "olga"):
        for path in ("/admin/", "/admin/login/", "/admin/accounts/person/"):
            assert cast.client(who).get(path, follow=True).status_code == 403


def test_people_offered_for_a_role_come_in_the_order_of_their_names(staff, cast):
    """They come in pages, which need an order."""
    asked = {"app_label": "forum", "model_name": "role", "field_name": "person", "term": "example.org"}
    offered = [each["text"] for each in staff.get("/admin/autocomplete/", asked).json()["results"]]
    assert offered == ["Ada", "Ben", "Mo", "Olga", "Staff"]
