from django.db import migrations, models

import users.models.users
from lib.db.random_hex import RandomHex


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0008_nonces_of_sign_ins"),
    ]

    operations = [
        # A random default from the beginning would write the whole table under a lock.
        migrations.AddField(
            model_name="user",
            name="subject_key",
            field=models.CharField(
                db_default="",
                default=users.models.users.new_subject_key,
                editable=False,
                max_length=20,
                verbose_name="key of the subject",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="subject_key",
            field=models.CharField(
                db_default=RandomHex(20),
                default=users.models.users.new_subject_key,
                editable=False,
                max_length=20,
                verbose_name="key of the subject",
            ),
        ),
    ]
