"""When a request may be asked again: never, if what it has written may still be kept."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import RequestFactory

from forum.database.outage import Writes
from forum.http.assets import address
from forum.http.errors import Unavailable, server_error
from forum.models import Theme


class LineLost(Exception):
    """As the driver says it: without a state of the server."""

    sqlstate = None


def lose_the_line(execute, sql, params, many, context):
    raise OperationalError("the connection is closed") from LineLost()


@pytest.fixture
def writes() -> Writes:
    return Writes()


def test_looking_is_no_writing(theme, writes):
    with connection.execute_wrapper(writes):
        assert Theme.objects.count() == 1
    assert not writes.may_have_happened


def test_what_goes_on_behind_a_savepoint_may_be_kept(theme, writes):
    with connection.execute_wrapper(writes), transaction.atomic():
        Theme.objects.filter(pk=theme.pk).update(title="Changed")
        with pytest.raises(IntegrityError), transaction.atomic():
            Theme.objects.create(event=theme.event, code=theme.code, slug=theme.slug, position=1)
        assert writes.may_have_happened


def test_a_transaction_whose_line_is_lost_has_written_nothing(theme, writes):
    def write() -> None:
        with connection.execute_wrapper(writes), transaction.atomic():
            Theme.objects.filter(pk=theme.pk).update(title="Changed")
            assert writes.may_have_happened
            with connection.execute_wrapper(lose_the_line):  # the one put on last stands innermost
                Theme.objects.count()

    with pytest.raises(OperationalError):
        write()
    assert not writes.may_have_happened


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"source": "My words", "key": "k1"}, "it will not appear twice"),
        ({"reason": "My words"}, "Check first whether it was saved"),
    ],
)
def test_only_a_form_with_a_key_is_promised_to_come_once(fields, sentence):
    told = Unavailable(RequestFactory().post("/anywhere/", fields), OperationalError("away"))
    assert (told.status_code, told["Retry-After"]) == (503, "5")
    assert sentence in told.content.decode()
    assert "My words" in told.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_pages_for_outages_ask_the_database_nothing(method):
    """A test without the mark for databases fails when it asks one."""
    request = getattr(RequestFactory(), method)("/anywhere/")
    for told in (Unavailable(request, OperationalError("away")), server_error(request)):
        assert address("reading.css") in told.content.decode()
