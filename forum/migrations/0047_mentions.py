"""A version of a comment keeps whom it mentions."""

import re

from django.db import migrations, models

LINK = re.compile(r'<a [^>]*class="mention"[^>]*>')
PERSON = re.compile(r' href="/people/([0-9]{1,9})/"')
AT_ONCE = 500


def store_mentions(apps, schema_editor):
    """Reads them from the rendered texts: nothing is rendered again."""
    versions = apps.get_model("forum", "CommentVersion").objects.filter(html__contains='class="mention"')
    changed = []
    for version in versions.only("html").iterator(AT_ONCE):
        found = [int(key[1]) for link in LINK.finditer(version.html) for key in PERSON.finditer(link[0])]
        version.mentions = list(dict.fromkeys(found))
        del version.html
        changed.append(version)
    versions.model.objects.bulk_update(changed, ["mentions"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("forum", "0046_standard_names")]

    operations = [
        migrations.AddField("commentversion", "mentions", models.JSONField(default=list)),
        migrations.RunPython(store_mentions, migrations.RunPython.noop, elidable=True),
    ]
