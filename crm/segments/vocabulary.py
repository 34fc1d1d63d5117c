"""The words that conditions choose from, as they are written in rules, with their names for readers of a page."""

from __future__ import annotations

from collections.abc import Mapping

from crm.i18n import N_

STAGES = {
    "new": N_("new"),
    "active": N_("active"),
    "occasional": N_("occasional"),
    "lapsing": N_("lapsing"),
    "lapsed": N_("lapsed"),
    "never": N_("never used"),
    "contact": N_("contact"),
}
STATES = {
    "member": N_("valid"),
    "expired": N_("expired"),
    "blocked": N_("blocked"),
    "gone": N_("gone from the ILS"),
    "contact": N_("none (a contact)"),
}
AGE_BANDS = {
    "child": N_("child"),
    "teen": N_("teen"),
    "young": N_("young adult"),
    "adult": N_("adult"),
    "senior": N_("senior"),
    "unknown": N_("unknown"),
}
GENDERS = {"m": N_("male"), "f": N_("female")}
CHANNELS = {
    "whatsapp": N_("WhatsApp"),
    "email": N_("e-mail"),
    "phone": N_("phone"),
    "sms": N_("SMS"),
    "letter": N_("letter"),
}
PURPOSES = {
    "profiling": N_("profiling"),
    "alerts": N_("alerts"),
    "news": N_("news"),
    "surveys": N_("surveys"),
    "greetings": N_("greetings"),
    "naming": N_("being named"),
}
ANSWERS = {"agreed": N_("agreed"), "refused": N_("refused"), "unasked": N_("not asked")}
WISHES = {"more": N_("more"), "less": N_("less"), "never": N_("never")}
TRAITS = {
    "education": N_("education"),
    "occupation": N_("occupation"),
    "hobbies": N_("hobbies"),
    "preferred_channel": N_("preferred channel"),
    "language": N_("preferred language"),
    "format": N_("preferred format"),
    "delivery": N_("preferred delivery"),
}

FIXED: Mapping[str, Mapping[str, str]] = {
    "stage": STAGES,
    "state": STATES,
    "age_band": AGE_BANDS,
    "gender": GENDERS,
    "channel": CHANNELS,
    "purpose": PURPOSES,
    "answer": ANSWERS,
    "wish": WISHES,
    "trait": TRAITS,
}
OPEN = ("tag", "value")  # any text: a tag nobody has yet is no mistake
OF_THE_LIBRARY = ("source", "branch", "category", "topic", "group", "programme", "segment")
