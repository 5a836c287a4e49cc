"""The product's own settings, with what a test machine needs: cheap passwords and mail kept in memory."""

import os
from datetime import timedelta

os.environ.setdefault("DEBUG", "off")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("SITE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,testserver")

from forum.settings import *  # noqa: F403

if part := os.environ.get("TEST_PART"):  # see tests/run.py: several run at once
    tested = DATABASES["default"]  # noqa: F405
    of_part = OWN_FOLDER / f"test-{part}.sqlite3" if "sqlite" in tested["ENGINE"] else f"test_parley_{part}"  # noqa: F405
    tested["TEST"] = {"NAME": str(of_part)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FASTEST_REPLY = timedelta(0)  # the tests' browsers write faster than people
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if folder := os.environ.get("MAIL_FOLDER"):  # of a server in a process of its own
    EMAIL_BACKEND, EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", folder
