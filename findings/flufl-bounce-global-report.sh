#!/usr/bin/env bash
# flufl.bounce finds nobody in a report about an address with letters beyond ASCII, although it is a standard report.
#
# Versions: flufl.bounce 6.0.0 with atpublic 9.0.0, CPython 3.11 on Linux.
# Expected: a report whose status part is message/global-delivery-status (RFC 6533, section 3) has the fields of RFC 3464,
#   of which only the encoding of addresses is wider; so it names a permanent failure as the older type does.
# Found: the same report, word for word but for the content types, gives one permanent failure when its status part is
#   message/delivery-status, and neither a permanent nor a temporary one when it is message/global-delivery-status.
# Source: the detector for delivery reports looks for the older content type only; and Python's email package takes only
#   that one apart into blocks of fields, so a caller cannot just rename it.
# What it means here: forum/mail/bounce_reports.py reads both types itself and leaves other shapes to the library;
#   tests/mail/test_bounces.py has both.
# Output seen:
#   message/delivery-status: permanent ['ada@example.org']
#   message/global-delivery-status: permanent []
#   blocks that Python makes of them: 2 and 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check flufl.bounce==6.0.0 atpublic==9.0.0
cat > "$folder/check.py" <<'PYTHON'
from email import message_from_string

from flufl.bounce import all_failures

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: sender@forum.example.org
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="part"

--part
Content-Type: text/plain; charset=utf-8

The mailbox does not exist.

--part
Content-Type: message/{kind}

Reporting-MTA: dns; mx.example.org

Final-Recipient: {type}; ada@example.org
Action: failed
Status: 5.1.1

--part--
"""
found, blocks = {}, {}
for kind, address_type in (("delivery-status", "rfc822"), ("global-delivery-status", "utf-8")):
    message = message_from_string(REPORT.format(kind=kind, type=address_type))
    temporary, permanent = all_failures(message)
    assert not temporary
    found[kind] = sorted(address.decode() for address in permanent)
    blocks[kind] = len(message.get_payload()[1].get_payload())
    print(f"message/{kind}: permanent {found[kind]}")
print("blocks that Python makes of them:", " and ".join(map(str, blocks.values())))
assert found == {"delivery-status": ["ada@example.org"], "global-delivery-status": []}, found
assert blocks == {"delivery-status": 2, "global-delivery-status": 1}, blocks
PYTHON
"$folder/venv/bin/python" "$folder/check.py"
