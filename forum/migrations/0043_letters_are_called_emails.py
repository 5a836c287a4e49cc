"""The administration calls letters what people call them: emails."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("forum", "0042_restorations")]

    operations = [migrations.AlterModelOptions(name="letter", options={"verbose_name": "email"})]
