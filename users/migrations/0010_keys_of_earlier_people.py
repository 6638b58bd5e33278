"""Draws the keys of people who are older than the column, in batches that nobody waits for.

A run that was stopped goes on where it was.
"""

from typing import Any

from django.db import migrations, transaction
from django.db.models import Max

from lib.db.random_hex import RandomHex

BATCH = 2_000  # numbers of people, whose rows are locked together


def draw(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("users", "User").objects.using(schema_editor.connection.alias)
    last = people.aggregate(last=Max("pk"))["last"] or 0
    for after in range(0, last, BATCH):
        _draw_for(people.filter(pk__gt=after, pk__lte=after + BATCH, subject_key=""))


def _draw_for(people: Any) -> None:
    with transaction.atomic(using=people.db):
        found = people.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
        people.filter(pk__in=list(found)).update(subject_key=RandomHex(20))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("users", "0009_keys_of_subjects")]

    operations = [migrations.RunPython(draw, migrations.RunPython.noop)]
