"""A database that came out of a backup says so, and sends no email until somebody confirms it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0041_letters_may_be_uncertain")]

    operations = [
        migrations.CreateModel(
            name="Restoration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("archived_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
