"""Citing: three notations of one version, files with their right names, and short addresses."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.models import Comment, Event, Theme, Thread

pytestmark = pytest.mark.django_db

HARD = r"50% of {nodes} & \emph_it #1 ~ ^ $"


@pytest.fixture
def comment(thread, cast, say) -> Comment:
    comment = say("ben", "First words.", to=thread.opening)
    edit_comment(comment, by=cast.ben, source="Second words.", now=timezone.now())
    return comment


def get(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_citation_names_the_version_and_its_address_in_every_notation(client, theme, thread, comment):
    label = f"{theme.code}-2"
    for asked, number in (("", 2), ("?version=1", 1), ("?version=2", 2)):
        address = f"{settings.SITE_URL}/comments/{comment.pk}/?version={number}"
        page = get(client, f"/comments/{comment.pk}/cite/{asked}")
        assert f"Comment on “Where does cooperation happen”, {label}, version {number} of " in page
        assert page.count(f"{address}<") == 1, "the plain one ends with it"
        assert ("not the current version" in page) == (number == 1)
        assert f"/comments/{comment.pk}/cite.bib?version={number}" in page, "what is downloaded is pinned, too"
        item = json.loads(get(client, f"/comments/{comment.pk}/cite.json{asked}"))[0]
        day = timezone.now()
        assert item == {
            "id": f"baku-{label}-v{number}",
            "type": "post",
            "author": [{"literal": "Ben"}],
            "title": "Comment on “Where does cooperation happen”",
            "container-title": "From Deadlock to Dialogue",
            "collection-title": f"{theme.code}: Principles",
            "number": label,
            "version": str(number),
            "issued": {"date-parts": [[day.year, day.month, day.day]]},
            "URL": address,
        }
        entry = get(client, f"/comments/{comment.pk}/cite.bib{asked}")
        assert entry.startswith(f"@misc{{baku-{label}-v{number},\n  author = {{{{Ben}}}},\n")
        assert f"  url = {{{address}}},\n" in entry


def test_an_opening_is_cited_by_its_own_title(client, thread):
    assert "“Where does cooperation happen”" in get(client, f"/comments/{thread.opening_id}/cite/")
    item = json.loads(get(client, f"/comments/{thread.opening_id}/cite.json"))[0]
    assert item["title"] == "Where does cooperation happen"


@pytest.mark.parametrize(
    ("ending", "content_type"),
    [("bib", "application/x-bibtex; charset=utf-8"), ("json", "application/vnd.citationstyles.csl+json")],
)
def test_downloads_have_their_type_and_name(client, theme, comment, ending, content_type):
    response = client.get(f"/comments/{comment.pk}/cite.{ending}")
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="baku-{theme.code}-2-v2.{ending}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"/comments/{comment.pk}/cite.{ending}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_names_that_mean_something_to_bibtex_stay_names(client, thread, comment, cast):
    Person.objects.filter(pk=cast.ben.pk).update(name=HARD)
    Thread.objects.filter(pk=thread.pk).update(title="Unbalanced } and { and \\")
    Event.objects.update(title="Früher & später")
    entry = get(client, f"/comments/{comment.pk}/cite.bib")
    assert (
        r"author = {{50\% of \textbraceleft{}nodes\textbraceright{} \& \textbackslash{}emph\_it \#1 "
        r"\textasciitilde{} \textasciicircum{} \$}}," in entry
    )
    assert r"Früher \& später" in entry
    assert entry.count("{") == entry.count("}"), "braces are counted even after a backslash"
    assert json.loads(get(client, f"/comments/{comment.pk}/cite.json"))[0]["author"] == [{"literal": HARD}]


def test_short_addresses_lead_to_the_comment_and_keep_the_version(client, theme, comment):
    path = f"/baku/{theme.code}-2/"
    for asked in ("", "?version=1"):
        response = client.get(path + asked)
        assert (response.status_code, response["Location"]) == (302, f"/comments/{comment.pk}/{asked}")
    assert f"{settings.SITE_URL}{path}" in get(client, f"/comments/{comment.pk}/cite/")


@pytest.mark.parametrize("path", ["/baku/{0}-99/", "/nowhere/{0}-2/", "/baku/{0}-0/", "/baku/{0}-999999999/"])
def test_a_label_of_nothing_is_not_found(client, theme, comment, path):
    assert client.get(path.format(theme.code)).status_code == 404


def test_a_theme_keeps_its_address_beside_the_short_ones(client, theme):
    Theme.objects.filter(pk=theme.pk).update(slug="p-47")
    assert client.get("/baku/p-47/").status_code == 200


def test_what_is_not_public_has_no_short_address_and_no_citation_for_others(theme, comment, cast):
    withdraw_comment(comment, by=cast.ben, now=timezone.now())
    path = f"/baku/{theme.code}-2/"
    assert cast.client("eve").get(path).status_code == 404
    assert cast.client("ben").get(path).status_code == 302
    for who in ("eve", "ben", "mo"):
        assert cast.client(who).get(f"/comments/{comment.pk}/cite/").status_code == 404
        assert "/cite/" not in cast.client(who).get(f"/comments/{comment.pk}/").content.decode()
