"""One mail, built and sent. Knows nothing of the forum."""

from django.conf import settings
from django.core.mail import EmailMessage

LONGEST_SUBJECT = 150  # characters


def send_mail(*, to: str, subject: str, body: str, message_id: str) -> None:
    """Send one plain-text mail. The same `message_id` names the same mail if it has to be sent again.

    Raises `OSError` or `smtplib.SMTPException` when the mail server does not take it.
    """
    EmailMessage(
        subject=subject[:LONGEST_SUBJECT],
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    ).send()
