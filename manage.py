#!/usr/bin/env python
"""Parley's command line: `manage.py help` lists the commands."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

OBJECTS = 5_000  # new ones until Python looks for rings among them: commands load much and make few rings


def main() -> None:
    gc.set_threshold(OBJECTS)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Parley cannot start: {error}")


if __name__ == "__main__":
    main()
