from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0008_moderators_of"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="measure",
            field=models.CharField(blank=True, default="", max_length=24),
        ),
    ]
