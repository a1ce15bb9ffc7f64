"""What Django keeps of somebody: how they sign in. Everything else about them is in ``identity`` and their records."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class SignIns(BaseUserManager["SignIn"]):
    """How sign-ins are made and found."""

    def make(self, email: str, password: str | None, **more: Any) -> SignIn:
        """A new sign-in; without a password one has to be set by e-mail first."""
        sign_in = self.model(email=email.lower(), **more)
        sign_in.set_password(password)
        sign_in.save(using=self._db)
        return sign_in


class SignIn(AbstractBaseUser):
    """One person's way in. ``account`` is their number in ``identity``; None while a sign-up is under way."""

    email = models.EmailField(max_length=254, unique=True)
    account = models.BigIntegerField(null=True, unique=True)
    is_active = models.BooleanField(default=True)
    began = models.DateTimeField(auto_now_add=True)
    demo = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16, blank=True)

    objects: ClassVar[SignIns] = SignIns()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class Count(models.Model):
    """A number or a list that is kept for a while, as JSON; see ``counts``."""

    key = models.CharField(max_length=250, primary_key=True)
    value = models.TextField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
