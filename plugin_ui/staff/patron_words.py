"""The words of the patron pages: what an event, a flag, an origin, a notice is called."""

from __future__ import annotations

from crm.i18n import N_
from crm.patrons.notes import KINDS as NOTE_KINDS

EVENT_WORDS = {
    ("loans", "loaned"): N_("Borrowed"),
    ("loans", "returned"): N_("Brought back"),
    ("visits", "visited"): N_("Visited"),
    ("holds", "placed"): N_("Reserved"),
    ("charges", "charged"): N_("Charged"),
    ("charges", "paid"): N_("Paid"),
    ("programmes", "came"): N_("Came to"),
    ("permissions", "agreed"): N_("Agreed to"),
    ("permissions", "refused"): N_("Refused"),
    ("tags", "tagged"): N_("Tagged"),
    ("memberships", "rename"): N_("Got another card number"),
    ("memberships", "returned"): N_("Is a member again"),
    ("memberships", "reused"): N_("The card number went to somebody else"),
    ("memberships", "ended"): N_("Gone from the ILS"),
    **{("notes", kind): words for kind, words in NOTE_KINDS.items()},
}
EVENT_ICONS = {
    "loans": "book",
    "visits": "person",
    "holds": "clock",
    "charges": "list",
    "notes": "note",
    "programmes": "programmes",
    "permissions": "shield",
    "tags": "tag",
    "memberships": "contacts",
}
TIMELINE_WORDS = {
    "loans": N_("Loans"),
    "visits": N_("Visits"),
    "holds": N_("Holds"),
    "charges": N_("Charges"),
    "notes": N_("Notes"),
    "programmes": N_("Programmes"),
    "permissions": N_("Permissions"),
    "tags": N_("Tags"),
    "memberships": N_("Memberships"),
}
ORIGIN_WORDS = {"ils": N_("from the ILS"), "staff": N_("noted by staff"), "reader": N_("said by the reader")}
POINT_WORDS = {"mobile": N_("mobile"), "landline": N_("landline"), "phone": N_("phone"), "email": N_("mail")}
STATUS_WORDS = {
    "valid": N_("valid"),
    "invalid": N_("not usable"),
    "bounced": N_("bounced"),
    "opted_out": N_("not wanted"),
}
WISH_WORDS = {"more": N_("more of it"), "less": N_("less of it"), "never": N_("never")}
SORT_WORDS = {
    "name": N_("Name"),
    "activity": N_("Last activity"),
    "key": N_("Key patrons first"),
    "joined": N_("Newest first"),
}

NOTICES = {
    "alerts": N_(
        "{library} would like to tell you by {channel} when something new comes in that suits your interests. "
        "You can stop it at any time."
    ),
    "news": N_(
        "{library} would like to send you news and invitations to events by {channel}. You can stop it at any time."
    ),
    "surveys": N_(
        "{library} would like to ask you by {channel} now and then how satisfied you are. You can stop it at any time."
    ),
    "greetings": N_(
        "{library} would like to greet you by {channel} on birthdays and holidays. You can stop it at any time."
    ),
    "profiling": N_(
        "{library} would like to see from your loans which topics interest you, in order to suggest what suits you. "
        "Topics are kept, not titles. You can object at any time."
    ),
    "naming": N_(
        "{library} would like to name you in public as a reader who represents a group. "
        "You can take it back at any time."
    ),
}
GUARDIAN_ANSWERS = N_("For a reader under 18 the guardian answers.")
BY_CHANNEL = ("alerts", "news", "surveys", "greetings")  # asked for each channel; the others once
WITHOUT_CHANNEL = ("profiling", "naming")
CHANNEL_ICONS = {"whatsapp": "chat", "email": "mail", "phone": "phone", "sms": "chat", "letter": "letter"}
CHANNEL_KINDS = {"whatsapp": ("mobile",), "email": ("email",), "phone": ("mobile", "landline"), "sms": ("mobile",)}
