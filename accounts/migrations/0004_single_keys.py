"""An account says whether single-key shortcuts act."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_squashed_0003_plain_words")]

    operations = [
        migrations.AddField(
            "person",
            "single_keys",
            models.BooleanField(db_default=True, default=True, verbose_name="single-key shortcuts"),
        ),
    ]
