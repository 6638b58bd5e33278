from django.db import migrations, models

import users.models.sign_ins


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0007_codes_of_test_numbers"),
    ]

    operations = [
        # Empty in the rows of servers that do not know it: see users/sign_ins/legacy.py.
        migrations.AddField(
            model_name="signin",
            name="nonce",
            field=models.CharField(
                db_default="",
                default=users.models.sign_ins.new_nonce,
                editable=False,
                max_length=32,
                verbose_name="nonce",
            ),
        ),
    ]
