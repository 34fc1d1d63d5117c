"""Phones and mail addresses: cleaned out of what was typed, with the reason where nothing can be made of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from crm.i18n import N_

MOBILE, LANDLINE, PHONE, EMAIL = "mobile", "landline", "phone", "email"
KINDS = (MOBILE, LANDLINE, PHONE, EMAIL)
VALID, INVALID, BOUNCED, OPTED_OUT = "valid", "invalid", "bounced", "opted_out"
STATUSES = (VALID, INVALID, BOUNCED, OPTED_OUT)
INSTITUTIONAL = 5  # more people than this with one number or address: it is an institution's
LONGEST_VALUE = 191

NO_NUMBER = N_("There is no number in it.")
TOO_SHORT = N_("The number is too short.")
TOO_LONG = N_("The number is too long.")
NOT_GIVEN = N_("There is no such number: check the area code and the digits.")
NO_AT = N_("The sign @ is missing.")
BLANK_INSIDE = N_("There is a blank in the address.")
NOT_AN_ADDRESS = N_("This is not a mail address.")
MARKED = N_("Staff noted that it is wrong.")
REASONS = (NO_NUMBER, TOO_SHORT, TOO_LONG, NOT_GIVEN, NO_AT, BLANK_INSIDE, NOT_AN_ADDRESS, MARKED)

NOTHING = frozenset({
    "tidak ada", "tdk ada", "tidak punya", "tdk punya", "belum ada", "belum punya", "kosong", "nihil",
    "none", "null", "n/a", "na", "no", "nol", "xxx", "sama", "idem",
})  # fmt: skip
# Indonesia's plan gives all that begins with 8 to mobile networks; the library lists those handed out when it was made.
_MOBILE = re.compile(r"(?:\+62|0)?(8\d{8,11})")

_NUMBERS = re.compile(r"\s*(?:[;,|/\n\r\t]+|\b(?:atau|dan|or|and)\b|&)\s*", re.IGNORECASE)
_ADDRESSES = re.compile(r"\s*(?:[;,|/\n\r\t]+|\s(?:atau|dan|or|and)\s|&)\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:\bext|\bekst|\bpsw|\bpes|\bpesawat|\bx)[a-z]*[.:\s]*\d{1,5}\s*$", re.IGNORECASE)
_WORDS = re.compile(r"[^\d+()\s.-]+")
_BEGINNING = re.compile(r"\+|0[1-9]|00?62|62|8")
_ANGLED = re.compile(r"<([^<>]+@[^<>]+)>")
SHORTEST_NUMBER, MOST_DIGITS = 7, 15


@dataclass(frozen=True)
class ContactPoint:
    """A way to reach somebody; ``value`` is E.164, the normalised address, or the raw text where invalid."""

    kind: str
    value: str
    raw: str
    status: str = VALID
    reason: str | None = None


def is_institutional(sharers: int) -> bool:
    """Tell whether so many people share a number or address that it must be an institution's."""
    return sharers > INSTITUTIONAL


def phones(text: str | None, country: str) -> list[ContactPoint]:
    """Return the numbers of one field in the order written; ``country`` (ISO 3166) is that of numbers without one.

    Numbers follow ITU-T E.164. A field that says there is none gives none.
    """
    if _is_nothing(text):
        return []
    found = {point.value: point for point in (_phone(part, country) for part in _parts(str(text)))}
    return list(found.values())


def mails(text: str | None) -> list[ContactPoint]:
    """Return the mail addresses of one field in the order written, checked by syntax alone (RFC 5322, RFC 6531)."""
    if _is_nothing(text):
        return []
    parts = [each for part in _ADDRESSES.split(html.unescape(str(text))) for each in _single(part)]
    found = {point.value: point for point in map(_mail, parts) if point is not None}
    return list(found.values())


def _is_nothing(text: str | None) -> bool:
    if text is None:
        return True
    plain = text.strip().casefold()
    return not any(map(str.isalnum, plain)) or not plain.strip("0 -.") or plain in NOTHING


def _parts(text: str) -> list[str]:
    """Return the single numbers of a field; slashes within one number do not cut it."""
    text = html.unescape(text) if "&" in text else text
    parts = [part for part in _NUMBERS.split(text) if any(map(str.isalnum, part))]
    counts = [len(_digits(part)) for part in parts]
    if len(parts) > 1 and max(counts) < SHORTEST_NUMBER <= sum(counts) <= MOST_DIGITS:
        return [text.strip()]
    return [each for part in parts for each in _apart(part)]


def _apart(part: str) -> Iterator[str]:
    """Cut where blanks alone stand between two numbers."""
    gathered = ""
    for word in part.split():
        if len(_digits(gathered)) >= 9 and _BEGINNING.match(word) and len(_digits(word)) >= 4:
            yield gathered
            gathered = ""
        gathered = f"{gathered} {word}".strip()
    if gathered:
        yield gathered


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdecimal())


def _phone(part: str, country: str) -> ContactPoint:
    plain = _WORDS.sub(" ", _EXTENSION.sub("", part)).strip(" .-")
    number = _international(plain)
    if not number.strip("+"):
        return _invalid(PHONE, part, NO_NUMBER)
    if mobile := _MOBILE.fullmatch(number if country == "ID" or number.startswith("+") else ""):
        return ContactPoint(MOBILE, f"+62{mobile[1]}", part)
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return _invalid(PHONE, part, TOO_SHORT if len(_digits(number)) < SHORTEST_NUMBER else TOO_LONG)
    kind = _kind(parsed)
    if kind is None:
        return _invalid(PHONE, part, _why_not(parsed))
    return ContactPoint(kind, phonenumbers.format_number(parsed, PhoneNumberFormat.E164), part)


def _international(plain: str) -> str:
    """Return a number's digits, with a plus sign where it begins with a country code, however that is written."""
    digits = _digits(plain)
    if plain.lstrip("( ").startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        return "+62" + digits[2:].lstrip("0") if digits.startswith("62") else f"+{digits}"
    return f"+62{digits[2:].lstrip('0')}" if re.match(r"620?8\d{7}", digits) else digits


def _kind(parsed: phonenumbers.PhoneNumber) -> str | None:
    """Return mobile or landline, None for a number that nobody can have."""
    if not phonenumbers.is_valid_number(parsed):
        return None
    mobile = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return MOBILE if phonenumbers.number_type(parsed) in mobile else LANDLINE


def _why_not(parsed: phonenumbers.PhoneNumber) -> str:
    result = phonenumbers.is_possible_number_with_reason(parsed)
    if result == ValidationResult.TOO_LONG:
        return TOO_LONG
    is_short = result in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
    is_short = is_short or len(str(parsed.national_number)) < SHORTEST_NUMBER
    return TOO_SHORT if is_short or str(parsed.national_number).startswith("8") else NOT_GIVEN


def _single(part: str) -> list[str]:
    """Return the addresses that blanks keep apart, or those in angle brackets beside a name."""
    if angled := _ANGLED.findall(part):
        return angled
    words = part.split()
    return words if len(words) > 1 and all("@" in word.strip("@") for word in words) else [part.strip()]


def _mail(part: str) -> ContactPoint | None:
    address = part.strip(" .'\"<>()").removeprefix("mailto:")
    if not any(map(str.isalnum, address)):
        return None
    if "@" not in address:
        return _invalid(EMAIL, part, NO_AT)
    if any(map(str.isspace, address)):
        return _invalid(EMAIL, part, BLANK_INSIDE)
    try:
        # `.test` is set aside for examples (RFC 6761): nothing is ever delivered there, so it does no harm.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return _invalid(EMAIL, part, NOT_AN_ADDRESS)
    if "." not in checked.domain or len(checked.normalized) > LONGEST_VALUE:
        return _invalid(EMAIL, part, NOT_AN_ADDRESS)
    return ContactPoint(EMAIL, checked.normalized.lower(), part)


def _invalid(kind: str, part: str, reason: str) -> ContactPoint:
    return ContactPoint(kind, part.strip()[:LONGEST_VALUE], part, INVALID, reason)


def national(value: str) -> str:
    """Return the digits of an E.164 number as they are dialled in Indonesia, empty for other countries."""
    return f"0{value[3:]}" if value.startswith("+62") else ""
