"""A theme has a letter from A to Z, and a dialogue closes after it opens."""

from string import ascii_uppercase

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0036_letters_and_closings")]

    operations = [
        migrations.AlterField(
            model_name="theme",
            name="letter",
            field=models.CharField(
                max_length=1,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Z]\\Z", "Please type one letter from A to Z, as a capital."
                    )
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at", None), ("closes_at__gt", models.F("opens_at")), _connector="OR"),
                name="event_closes_after_it_opens",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.CheckConstraint(
                condition=models.Q(("letter__in", list(ascii_uppercase))), name="theme_has_a_letter"
            ),
        ),
    ]
