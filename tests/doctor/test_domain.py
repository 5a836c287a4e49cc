"""What DNS says of the sender's domain, asked of a real name server on loopback; and the test email."""

from __future__ import annotations

import socket
import threading
from io import StringIO

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from forum.doctor.domain import domain_warnings
from forum.doctor.post import SMTP

GOOD = {
    ("forum.example.org.", "TXT"): ['"v=spf1 mx -all"', '"something else"'],
    ("_dmarc.forum.example.org.", "TXT"): ['"v=DMARC1; p=none"'],
    ("mail._domainkey.forum.example.org.", "TXT"): ['"v=DKIM1; k=rsa; " "p=abc"'],
    ("forum.example.org.", "MX"): ["10 mx.example.org."],
}


@pytest.fixture
def name_server(monkeypatch, settings):
    """Answers from a table until the test ends; dnspython asks it instead of those of this machine."""
    records: dict[tuple[str, str], list[str]] = dict(GOOD)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(0.1)
    ended = threading.Event()

    def answer() -> None:
        while not ended.is_set():
            try:
                wire, asker = server.recvfrom(4096)
            except TimeoutError:
                continue
            asked = dns.message.from_wire(wire)
            question = asked.question[0]
            said = dns.message.make_response(asked)
            name = question.name.to_text()
            kind = dns.rdatatype.to_text(question.rdtype)
            if (name, kind) in records:
                said.answer = [dns.rrset.from_text(name, 60, "IN", kind, *records[name, kind])]
            elif not any(each == name for each, _ in records):
                said.set_rcode(dns.rcode.NXDOMAIN)
            server.sendto(said.to_wire(), asker)

    thread = threading.Thread(target=answer)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    settings.EMAIL_SENT_BY = SMTP
    settings.DEFAULT_FROM_EMAIL = "Parley <parley@forum.example.org>"
    settings.INCOMING_EMAIL = "reply@forum.example.org"
    settings.DKIM_SELECTOR = "mail"
    yield records
    ended.set()
    thread.join()
    server.close()


def test_a_domain_with_all_records_is_sound(name_server):
    assert domain_warnings() == []


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        (("forum.example.org.", "TXT"), "no SPF record"),
        (("_dmarc.forum.example.org.", "TXT"), "no DMARC record"),
        (("mail._domainkey.forum.example.org.", "TXT"), "no DKIM key at mail._domainkey.forum.example.org"),
        (("forum.example.org.", "MX"), "replies are lost"),
    ],
)
def test_what_a_domain_lacks_is_said_with_what_to_do(name_server, missing, word):
    del name_server[missing]
    (said,) = domain_warnings()
    assert word in said
    assert "Add" in said


def test_two_spf_records_are_an_error(name_server):
    name_server["forum.example.org.", "TXT"] = ['"v=spf1 mx -all"', '"v=spf1 a -all"']
    (said,) = domain_warnings()
    assert "2 SPF records" in said


def test_a_name_server_that_says_nothing_is_a_warning(name_server, monkeypatch):
    monkeypatch.setattr("forum.doctor.domain.PATIENCE", 0.2)
    dns.resolver.default_resolver.port = 9
    (said,) = domain_warnings()
    assert "could not be looked up" in said


def test_nothing_is_looked_up_while_emails_are_printed(name_server, settings):
    name_server.clear()
    settings.EMAIL_SENT_BY = "django.core.mail.backends.console.EmailBackend"
    assert domain_warnings() == []


def test_a_test_email_is_sent_on_request():
    out = StringIO()
    call_command("doctor", "--test-email", "olga@example.org", stdout=out)
    assert [message.to for message in mail.outbox] == [["olga@example.org"]]
    assert "has been sent to olga@example.org" in out.getvalue()


def test_a_test_email_to_no_address_is_refused():
    with pytest.raises(CommandError, match="nobody is not an email address"):
        call_command("doctor", "--test-email", "nobody")


def test_a_mail_server_that_is_away_is_named(settings):
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(CommandError, match="The test email was not sent"):
        call_command("doctor", "--test-email", "olga@example.org")
