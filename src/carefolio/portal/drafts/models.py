"""Where drafts stand."""

from __future__ import annotations

from django.db import models

from carefolio.portal.accounts.models import SignIn


class Draft(models.Model):
    """What somebody typed into one form and did not send; sealed, and bound to them and the form."""

    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE)
    form = models.CharField(max_length=200)
    sealed = models.BinaryField()
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        """One draft for each person and form."""

        constraints = (models.UniqueConstraint(fields=["sign_in", "form"], name="one_draft_a_form"),)

    def __str__(self) -> str:
        return self.form
