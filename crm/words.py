"""The library's words for what Sapa counts, marked for translation."""

from __future__ import annotations

from crm.i18n import N_

ENTITY_WORDS = {
    "branch": N_("branches"),
    "category": N_("categories"),
    "closed_day": N_("closed days"),
    "patron": N_("patrons"),
    "title": N_("titles"),
    "author": N_("authors"),
    "subject": N_("subjects"),
    "item": N_("items"),
    "loan": N_("loans"),
    "hold": N_("holds"),
    "visit": N_("visits"),
    "charge": N_("charges"),
}

RUNNING, DONE, REVIEW, FAILED = "running", "done", "review", "failed"  # what became of a run, as it is kept
STOPPED = "stopped"  # a review that ended the run, as an emptied table does
OUTCOME_WORDS = {
    RUNNING: N_("running"),
    DONE: N_("done"),
    FAILED: N_("failed"),
    REVIEW: N_("done, needs a look"),
    STOPPED: N_("stopped, needs a look"),
}

INTERRUPTED = N_("interrupted")  # why a run failed that a person or the system has ended

BLANK_KEY = N_("The key is blank.")
LONG_TEXT = N_("{column} is longer than 191 characters.")
LARGE_NUMBER = N_("{column} is not a whole number that fits 64 bits.")
DOUBLE_KEY = N_("Another row has the same key.")
REJECT_REASONS = (  # kept filled, in English; recognised where they are shown
    BLANK_KEY,
    LONG_TEXT,
    LARGE_NUMBER,
    DOUBLE_KEY,
)

ILS_NAMES = {"slims": "SLiMS", "koha": "Koha"}

GUARDIAN = "guardian"  # the trait whose value is a person

TRAITS = {
    "education": N_("education"),
    "occupation": N_("occupation"),
    "hobbies": N_("hobbies"),
    "preferred_channel": N_("preferred channel"),
    "language": N_("language"),
    "format": N_("format"),
    "delivery": N_("delivery"),
    GUARDIAN: N_("guardian"),
}
FROM_ILS = (*(name for name in TRAITS if name != GUARDIAN), "phone", "email")  # what a custom field may hold
