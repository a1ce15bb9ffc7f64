# ruff: noqa: D101, RUF012 - as Django writes it
"""Sign-ins."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("account", models.BigIntegerField(null=True, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("began", models.DateTimeField(auto_now_add=True)),
                ("demo", models.BooleanField(default=False)),
                ("zone", models.CharField(blank=True, max_length=64)),
                ("language", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
