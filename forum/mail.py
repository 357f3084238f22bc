"""One mail, built and sent. Knows nothing of the forum."""

import re
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage

LONGEST_SUBJECT = 150  # characters
ENHANCED_CODE = re.compile(r"5\.\d{1,3}\.\d{1,3}(?![\d.])", re.ASCII)  # RFC 3463


class MailRefused(Exception):
    """The mail server says no for good (RFC 5321: 5yz) to this recipient, or to this text.

    Said by its codes alone: in its words there are addresses.
    """


def send_mail(*, to: str, subject: str, body: str, message_id: str) -> None:
    """Send one plain-text mail. The same `message_id` names the same mail if it has to be sent again.

    Raises `MailRefused` when the mail server will never take it; `OSError`, which every
    `smtplib.SMTPException` is, when it may do so later or when the fault lies with our settings.
    """
    message = EmailMessage(
        subject=subject[:LONGEST_SUBJECT],
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        [(code, words)] = error.recipients.values()
        _raise_if_final(code, words)
        raise
    except SMTPDataError as error:
        _raise_if_final(error.smtp_code, error.smtp_error)
        raise


def _raise_if_final(code: int, words: bytes | str) -> None:
    if code >= 500:
        said = words.decode(errors="replace") if isinstance(words, bytes) else words
        enhanced = ENHANCED_CODE.match(said)
        raise MailRefused(f"{code} {enhanced[0]}" if enhanced else str(code))
