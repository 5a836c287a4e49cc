"""A theme's letter becomes its code: a letter, and up to three more letters or digits."""

from string import ascii_uppercase

import django.core.validators
from django.db import migrations, models
from django.db.models.functions import Substr
from django.db.models.lookups import In

RULE = "Enter a capital letter from A to Z, and up to three more capital letters or digits after it."


class Migration(migrations.Migration):
    dependencies = [("forum", "0044_plain_words")]

    operations = [
        migrations.RemoveConstraint("theme", "theme_letter_once_per_event"),
        migrations.RemoveConstraint("theme", "theme_has_a_letter"),
        migrations.RenameField("theme", "letter", "code"),
        migrations.AlterField(
            "theme",
            "code",
            models.CharField(
                max_length=4, validators=[django.core.validators.RegexValidator("^[A-Z][A-Z0-9]{0,3}\\Z", RULE)]
            ),
        ),
        migrations.AddConstraint(
            "theme", models.UniqueConstraint(fields=("event", "code"), name="theme_code_once_per_event")
        ),
        migrations.AddConstraint(
            "theme",
            models.CheckConstraint(
                condition=In(Substr("code", 1, 1), list(ascii_uppercase)), name="theme_code_begins_with_a_letter"
            ),
        ),
    ]
