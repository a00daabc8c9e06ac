# In a migration of its own: the rows that 0003 wrote have to be settled before their table changes.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("markets", "0003_versions"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="matter",
            name="told",
        ),
    ]
