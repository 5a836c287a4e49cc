"""A Dovecot of one's own: a real IMAP server on loopback, with its mail in a folder. Needs no Django."""

from __future__ import annotations

import imaplib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

from tests.services import free_port
from tests.support.own_services import PATIENCE

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, PASSWORD = "reply", "a/secret@place"
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
mail_location = maildir:{folder}/mail
first_valid_uid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """One mailbox, as a mail server and its users see it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD.replace('/', '%2F').replace('@', '%40')}@127.0.0.1:{port}/INBOX"

    def deliver(self, message: EmailMessage) -> None:
        with self.opened() as line:
            answer, said = line.append("INBOX", "", "", message.as_bytes())  # type: ignore[arg-type]
            assert answer == "OK", said

    def flags(self) -> list[str]:
        """The flags of each email, in their order; none while Dovecot cannot open the mailbox just now."""
        with self.opened() as line:
            if line.select("INBOX", readonly=True)[0] != "OK":
                return []
            _, found = line.fetch("1:*", "(FLAGS)")
            return [
                " ".join(sorted(flag.decode() for flag in imaplib.ParseFlags(row) if flag != rb"\Recent"))
                for row in found
                if isinstance(row, bytes)
            ]

    def opened(self) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        line.login(USER, PASSWORD)
        return line


@contextmanager
def dovecot(folder: Path) -> Iterator[Dovecot]:
    assert DOVECOT is not None
    is_root, port = os.geteuid() == 0, free_port()
    own = str(os.getuid())
    facts = {"folder": folder, "port": port, "password": PASSWORD}
    facts |= {"user": "dovecot", "group": "dovecot", "login": "dovenull", "uid": "mail", "gid": "mail"}
    if not is_root:
        facts |= {"user": own, "group": str(os.getgid()), "login": own, "uid": own, "gid": str(os.getgid())}
    file = folder / "dovecot.conf"
    file.write_text(SETTINGS.format(**facts))
    (folder / "mail").mkdir()
    if is_root:
        for part in (folder, *list(folder.parents)[:3]):
            part.chmod(0o755)
        shutil.chown(folder / "mail", "mail", "mail")
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Dovecot(port)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(server: Dovecot) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError, imaplib.IMAP4.error):
            server.opened().logout()
            return
        assert time.monotonic() < deadline, "Dovecot does not answer"
        time.sleep(0.1)
