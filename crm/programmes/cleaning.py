"""Names, numbers and addresses as people type them on a form, made fit to be kept and compared."""

from __future__ import annotations

import re

from crm.i18n import N_, Message

TITLES = re.compile(r"\b(?:dr|drs|dra|ir|prof|h|hj|kh|bpk|bapak|ibu|s pd|s kom|s e|s h|m pd|m si)\b")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def folded_name(name: str) -> str:
    """Return a name for matching."""
    plain = re.sub(r"[^\w]+", " ", name.casefold())
    return " ".join(TITLES.sub(" ", re.sub(r"\b(?:mohammad|muhamad|moh|muh|m)\b", "muhammad", plain)).split())[:191]


def phone(text: str, country: str) -> tuple[str, str] | Message:
    """Return kind and E.164 number of what was typed, or what is wrong with it."""
    digits = re.sub(r"\D", "", text)
    number = "+" + (f"62{digits[1:]}" if country == "ID" and digits.startswith("0") else digits)
    if not re.fullmatch(r"\+[1-9]\d{7,14}", number):
        return Message(N_("This is not a phone number."))
    return ("mobile" if number.startswith("+628") else "landline", number)


def mail(text: str) -> tuple[str, str] | Message:
    """Return kind and address of what was typed, or what is wrong with it."""
    if not MAIL.fullmatch(text.strip()):
        return Message(N_("This is not a mail address."))
    return ("email", text.strip().casefold())
