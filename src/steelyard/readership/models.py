"""One row for a post that was opened: a sum. There is nothing about readers, and no time but the day."""

from django.db import models


class PostCount(models.Model):
    connector = models.CharField(max_length=40)
    post = models.CharField(max_length=255)
    """The platform's own identifier"""
    opened = models.PositiveIntegerField()
    shown = models.PositiveIntegerField(default=0)
    """What is said in public; never falls, 0: nothing"""
    moved_on = models.DateField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["connector", "post"], name="one_count_a_post"),)
