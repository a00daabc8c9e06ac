"""Blocks are spoken of by reference, as everything else that entries are about. No block exists before this."""

from django.db import migrations, models

import steelyard.base.clock
import steelyard.base.identifiers


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_sealed_append_only")]

    operations = [
        migrations.AddField(
            "sealedblock",
            "ref",
            models.CharField(
                default=steelyard.base.identifiers.new_ref, editable=False, max_length=26, unique=True
            ),
        ),
        migrations.AddField(
            "sealedblock",
            "created_at",
            models.DateTimeField(default=steelyard.base.clock.now, editable=False),
        ),
    ]
