"""Mail providers and networks from which nobody signs up for a time, and from where new accounts do not write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.rules.blocks import is_in, normal_domain, normal_network
from forum.kernel.choices import BlockKind
from forum.kernel.reasons import Reason
from forum.models import Block, Comment
from forum.moderation.actions.blocks import block
from tests.accounts.test_accounts import LONG_AGO
from tests.factories import PASSWORD, make_person, new_key

pytestmark = pytest.mark.django_db

NEW = {"name": "Nia New", "email": "nia@example.org", "password1": PASSWORD, "group": "technical", "organisation": ""}
NEW["opened"] = LONG_AGO
HERE, NEAR, FAR = "198.51.100.7", "198.51.101.7", "203.0.113.5"
TYPED = "What I typed for an hour."


@pytest.fixture
def page(event) -> str:
    event.contact = "team@parley.example"
    event.save(update_fields=["contact"])
    return f"/{event.slug}/moderation/blocks/"


def form(kind: str, value: str, **changes: str) -> dict[str, str]:
    return {"kind": kind, "value": value, "term": "week", "reason": "zebrafinch"} | changes


def sign_up(email: str = "nia@example.org", address: str = FAR, **headers: str):
    return Client(REMOTE_ADDR=address, headers=headers).post("/accounts/signup/", NEW | {"email": email})


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("mo", 403), ("olga", 200)])
def test_organisers_set_and_lift_them(cast, page, who, status):
    client = cast.client(who)
    assert client.get(page).status_code == status
    client.post(page, form("domain", "example.org"))
    assert Block.objects.exists() == (status == 200)
    Block.objects.all().delete()
    cast.client("olga").post(page, form("domain", "example.org"))
    client.post(f"{page}{Block.objects.get().pk}/lift/")
    assert (Block.objects.get().lifted_at is not None) == (status == 200)


def test_the_staff_of_the_site_may_too(cast, page):
    cast.ada.is_staff = True
    cast.ada.save(update_fields=["is_staff"])
    assert cast.client("ada").post(page, form("domain", "example.org")).status_code == 302


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Example.ORG", "example.org"),
        (" @example.org ", "example.org"),
        ("*.example.org", "example.org"),
        ("example.org.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("sub.example.org", "sub.example.org"),
        ("org", None),
        ("", None),
        ("exa mple.org", None),
        ("example..org", None),
        ("-a.example", None),
        ("a/b.example", None),
        ("x" * 64 + ".org", None),
    ],
)
def test_a_domain_has_one_form(typed, normal):
    if normal is None:
        with pytest.raises(ValueError, match=r".*"):
            normal_domain(typed)
        return
    assert normal_domain(typed) == normal


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("198.51.100.7", "198.51.100.7/32"),
        ("198.51.100.7/24", "198.51.100.0/24"),
        ("198.51.0.0/16", "198.51.0.0/16"),
        ("::ffff:198.51.100.0/120", "198.51.100.0/24"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:DB8:1::5/48", "2001:db8:1::/48"),
        ("198.0.0.0/15", None),
        ("0.0.0.0/0", None),
        ("2001:db0::/28", None),
        ("::ffff:0:0/96", None),
        ("::/0", None),
        ("nonsense", None),
        ("198.51.100.0/99", None),
    ],
)
def test_a_range_has_one_form_and_a_widest(typed, normal):
    if normal is None:
        with pytest.raises(ValueError, match=r".*"):
            normal_network(typed)
        return
    assert normal_network(typed) == normal


@pytest.mark.parametrize(
    ("address", "network", "inside"),
    [
        (HERE, "198.51.100.0/24", True),
        (NEAR, "198.51.100.0/24", False),
        (f"::ffff:{HERE}", "198.51.100.0/24", True),
        ("2001:db8:1::5", "2001:db8:1::/48", True),
        ("2001:db8:1::5", "198.51.100.0/24", False),
        ("", "198.51.100.0/24", False),
        ("nonsense", "198.51.100.0/24", False),
    ],
)
def test_which_addresses_a_range_holds(address, network, inside):
    assert is_in(address, network) is inside


@pytest.mark.parametrize(
    ("blocked", "email", "refused"),
    [
        ("example.org", "nia@example.org", True),
        ("example.org", "nia@EXAMPLE.org", True),
        ("example.org", "nia@mail.example.org", True),
        ("mail.example.org", "nia@example.org", False),
        ("example.org", "nia@badexample.org", False),
        ("bücher.example", "nia@xn--bcher-kva.example", True),
        ("bücher.example", "nia@post.bücher.example", True),
    ],
)
def test_a_blocked_provider_is_refused_in_plain_words(cast, page, blocked, email, refused):
    cast.client("olga").post(page, form("domain", blocked))
    answer = sign_up(email)
    assert Person.objects.filter(name="Nia New").exists() != refused
    assert ("Signing up with this email provider is not possible at the moment." in answer.content.decode()) == refused
    if refused:
        assert "Please write to team@parley.example." in answer.content.decode()
        assert "zebrafinch" not in answer.content.decode()


def test_nor_does_anybody_move_to_one(cast, page):
    cast.client("olga").post(page, form("domain", "trash.example"))
    ada = cast.client("ada")
    answer = ada.post("/accounts/email/", {"action_add": "", "email": "ada@trash.example"})
    assert "is not possible at the moment" in answer.content.decode()
    assert Client().post("/accounts/password/reset/", {"email": "x@trash.example"}).status_code == 302


@pytest.mark.parametrize(("address", "refused"), [(HERE, True), (NEAR, False), (f"::ffff:{HERE}", True)])
def test_a_blocked_network_is_refused_in_plain_words(cast, page, address, refused):
    cast.client("olga").post(page, form("network", "198.51.100.0/24"))
    answer = sign_up(address=address)
    assert Person.objects.filter(name="Nia New").exists() != refused
    assert ("Signing up from this network is not possible at the moment." in answer.content.decode()) == refused


def test_what_a_visitor_claims_about_their_address_is_believed_of_our_proxy_only(cast, page, settings):
    cast.client("olga").post(page, form("network", "198.51.100.0/24"))
    forwarded = {"x-forwarded-for": HERE}
    assert sign_up("a@example.org", FAR, **forwarded).status_code == 302, "a claim of theirs: ignored"
    assert sign_up("b@example.org", HERE, **{"x-forwarded-for": FAR}).status_code == 200, "nor does one help them"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert sign_up("c@example.org", FAR, **forwarded).status_code == 200
    spoofed = {"x-forwarded-for": f"{FAR}, {HERE}"}
    assert sign_up("d@example.org", FAR, **spoofed).status_code == 200, "the last is the proxy's own word"


def test_it_ends_by_itself_and_can_be_lifted(cast, page, event):
    now = timezone.now()
    facts = {"reason": "R.", "by": cast.olga, "now": now - timedelta(days=2)}
    block(BlockKind.DOMAIN, "example.org", event, until=now - timedelta(days=1), **facts)
    assert sign_up().status_code == 302
    lasting = block(BlockKind.DOMAIN, "example.org", event, until=None, **facts)
    assert sign_up("other@example.org").status_code == 200
    olga = cast.client("olga")
    assert "example.org" in olga.get(page).content.decode()
    olga.post(f"{page}{lasting.pk}/lift/")
    assert sign_up("other@example.org").status_code == 302
    assert olga.post(f"{page}{lasting.pk}/lift/").status_code == 409


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("network", "198.0.0.0/15", "wider than /16"),
        ("network", "2001:db0::/28", "wider than /16"),
        ("network", "nonsense", "enter an address range"),
        ("domain", "org", "enter a domain"),
        ("network", "127.0.0.1", "Your own IP address"),
        ("domain", "", "required"),
    ],
)
def test_what_cannot_be_blocked(cast, page, kind, value, words):
    answer = cast.client("olga").post(page, form(kind, value))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "zebrafinch" in answer.content.decode()
    assert not Block.objects.exists()


@pytest.mark.parametrize(("days", "status"), [(0, 403), (6, 403), (8, 302)])
def test_from_a_blocked_network_new_accounts_do_not_write(cast, event, thread, page, days, status):
    cast.client("olga").post(page, form("network", "198.51.100.0/24"))
    nia = make_person("nia")
    Person.objects.filter(pk=nia.pk).update(date_joined=timezone.now() - timedelta(days=days))
    for address, expected in ((FAR, 302), (HERE, status)):
        client = Client(REMOTE_ADDR=address)
        client.force_login(nia)
        for path in (f"/comments/{thread.opening_id}/reply/", f"/{event.slug}/{thread.theme.slug}/open/"):
            answer = client.post(path, {"title": "T", "source": TYPED, "key": new_key()})
            assert answer.status_code == expected, path
            if expected == 403:
                assert str(Reason.NETWORK_BLOCKED.label) in answer.content.decode()
                assert TYPED in answer.content.decode()


def test_only_new_accounts_are_asked_for_their_address(thread):
    costs = []
    for name, days in (("old", 8), ("new", 1)):
        person = make_person(name)
        Person.objects.filter(pk=person.pk).update(date_joined=timezone.now() - timedelta(days=days))
        client = Client()
        client.force_login(person)
        client.get("/")
        with CaptureQueriesContext(connection) as seen:
            client.post(f"/comments/{thread.opening_id}/reply/", {"source": TYPED, "key": new_key()})
        costs.append(len(seen))
    assert costs[1] == costs[0] + 1
    assert Comment.objects.filter(thread=thread).count() == 3
