"""The product's own settings, with what a test machine needs: cheap passwords and mail kept in memory."""

import os
from datetime import timedelta

os.environ.setdefault("DEBUG", "off")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("SITE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,testserver")

from forum.settings import *  # noqa: F403

if part := os.environ.get("TEST_PART"):  # see tests/run.py: several run at once
    is_file = DATABASES["default"]["ENGINE"].endswith("sqlite3")  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(OWN_FOLDER / f"test-{part}.sqlite3") if is_file else f"test_{part}"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FASTEST_REPLY = timedelta(0)  # the tests' browsers write faster than people
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
