"""One call: a notice, and an e-mail for those who have an address and kinds that have a text."""

import pytest

from carefolio.notify.notices import NewNotice, NoticeKind


@pytest.mark.parametrize(
    ("kind", "email", "mails"),
    [
        (NoticeKind.REQUEST, "ada@example.org", 1),
        (NoticeKind.REQUEST, None, 0),
        (NoticeKind.REQUEST_CHANGED, "ada@example.org", 0),
    ],
)
def test_a_notice_always_and_an_e_mail_where_there_is_one(database, notifier, kind, email, mails):
    database.write_now(lambda tx: notifier.put(tx, NewNotice(7, kind, {"patient": {"name": "Ada Quinn"}}), email))
    assert notifier.notices.unseen(database, 7) == 1
    assert database.one("SELECT count(*) FROM mail") == (mails,)
    assert notifier.bell.is_set() == bool(mails)


def test_the_e_mail_says_nothing_of_what_the_notice_says(database, notifier):
    about = {"patient": {"name": "Ada Quinn"}, "reason": {"text": "Chest pain"}}
    database.write_now(lambda tx: notifier.put(tx, NewNotice(7, NoticeKind.BREAK_GLASS, about), "ada@example.org"))
    mail = database.write_now(notifier.mails.take)
    assert mail.to == "ada@example.org"
    assert not {"Ada", "Quinn", "Chest"} & set((mail.subject + " " + mail.text).split())
