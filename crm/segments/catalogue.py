"""Every fact that a segment can ask about, in the order and the groups in which a librarian looks for them.

Reading, SQL, the oracle of the tests, sentences, the JSON Schema and the builder all follow from this list.
"""

from __future__ import annotations

from typing import Any

from crm.i18n import N_
from crm.segments import shapes
from crm.segments.shapes import DATE, FLAG, LONGEST_SPAN, NUMBER, WHOLE, WORD, WORDS, Fact, Field

WHO, READ, OFTEN, PERMISSION, FEEDBACK = "who", "read", "often", "permission", "feedback"
GROUPS = {
    WHO: N_("Who"),
    READ: N_("What they read"),
    OFTEN: N_("How often"),
    PERMISSION: N_("Permission"),
    FEEDBACK: N_("Feedback"),
}

BOUNDS = (Field("at_least", WHOLE), Field("at_most", WHOLE))
NUMBERS = ("at_least", "at_most")
SPANS = ("within_days", "last_days", "older_than_days", "from", "until", "known")
DATES = (
    *(Field(name, WHOLE, most=LONGEST_SPAN) for name in SPANS[:3]),
    Field("from", DATE),
    Field("until", DATE),
    Field("known", FLAG),
)
YES_OR_NO = (Field("is", FLAG, is_required=True),)


def _choice(of: str, positive: str = "is", negative: str = "is_not") -> tuple[Field, ...]:
    return Field(positive, WORDS, of), Field(negative, WORDS, of)


def _one_of(name: str, label: str, words: str, otherwise: str, example: list[str], shape: shapes.OneOf) -> Fact:
    examples: tuple[dict[str, Any], ...] = ({"fact": name, "is": example}, {"fact": name, "is_not": example[:1]})
    return Fact(name, WHO, label, shape, _choice(name), words, otherwise, ("is", "is_not"), examples)


def _amount(name: str, group: str, label: str, words: str, shape: shapes.Amount, example: dict[str, Any]) -> Fact:
    kind, most = (NUMBER, 1.0) if shape.unit == "share" else (NUMBER if shape.unit == "money" else WHOLE, 1e9)
    least = -1e9 if shape.unit == "money" else 0
    fields = tuple(Field(bound, kind, least=least, most=most) for bound in NUMBERS)
    return Fact(name, group, label, shape, fields, words, "", NUMBERS, ({"fact": name, **example},))


def _day(name: str, label: str, words: str, group: str, *examples: dict[str, Any]) -> Fact:
    written = tuple({"fact": name, **example} for example in examples)
    return Fact(name, group, label, shapes.Day(name), DATES, words, "", SPANS, written)


def _counted(what: str, group: str, label: str, words: tuple[str, str], *more: Field, **example: Any) -> Fact:
    fields = (Field("days", WHOLE, least=1, most=LONGEST_SPAN), *BOUNDS, *more)
    examples = ({"fact": what, "days": 90, "at_least": 1, **example}, {"fact": what, "at_most": 0})
    return Fact(what, group, label, shapes.Counted(what), fields, *words, NUMBERS, examples)


_ABOUT = Field("about", WORDS, "topic")

_WHO = (
    _one_of(
        "stage",
        N_("stage"),
        N_("whose stage is {values}"),
        N_("whose stage is not {values}"),
        ["lapsing", "lapsed"],
        shapes.OneOf("stage"),
    ),
    _one_of(
        "state",
        N_("membership"),
        N_("whose membership is {values}"),
        N_("whose membership is not {values}"),
        ["member"],
        shapes.OneOf("state"),
    ),
    _one_of(
        "category",
        N_("category"),
        N_("whose category is {values}"),
        N_("whose category is not {values}"),
        ["1", "2"],
        shapes.OneOf("category_key"),
    ),
    _one_of(
        "branch",
        N_("branch"),
        N_("whose branch is {values}"),
        N_("whose branch is not {values}"),
        ["SL"],
        shapes.OneOf("branch_key"),
    ),
    _one_of(
        "source",
        N_("source"),
        N_("whose source is {values}"),
        N_("whose source is not {values}"),
        ["main"],
        shapes.OneOf("source_id"),
    ),
    _one_of(
        "age_band",
        N_("age band"),
        N_("whose age band is {values}"),
        N_("whose age band is not {values}"),
        ["child", "teen"],
        shapes.OneOf("age_band"),
    ),
    Fact(
        "age",
        WHO,
        N_("age"),
        shapes.Age(),
        tuple(Field(bound, WHOLE, most=150) for bound in NUMBERS),
        N_("who are {amount} years old"),
        "",
        NUMBERS,
        ({"fact": "age", "at_least": 13, "at_most": 17},),
    ),
    Fact(
        "minor",
        WHO,
        N_("under age"),
        shapes.Flag("is_minor"),
        YES_OR_NO,
        N_("who are under age"),
        N_("who are not under age"),
        (),
        ({"fact": "minor", "is": True},),
    ),
    _one_of(
        "gender",
        N_("gender"),
        N_("who are {values}"),
        N_("who are not {values}"),
        ["f"],
        shapes.OneOf("gender", "person"),
    ),
    Fact(
        "birthday",
        WHO,
        N_("birthday"),
        shapes.Birthday(),
        (Field("within_days", WHOLE, most=366, is_required=True),),
        N_("who have their birthday {when}"),
        "",
        (),
        ({"fact": "birthday", "within_days": 7},),
    ),
    Fact(
        "group",
        WHO,
        N_("group"),
        shapes.Linked("group"),
        _choice("group"),
        N_("who belong to {values}"),
        N_("who do not belong to {values}"),
        ("is", "is_not"),
        ({"fact": "group", "is": ["1"]},),
    ),
    Fact(
        "tag",
        WHO,
        N_("tag"),
        shapes.Linked("tag"),
        _choice("tag", "has", "has_not"),
        N_("who have the tag {values}"),
        N_("who do not have the tag {values}"),
        ("has", "has_not"),
        ({"fact": "tag", "has": ["relawan"]},),
    ),
    Fact(
        "trait",
        WHO,
        N_("trait"),
        shapes.Trait(),
        (Field("name", WORD, "trait", is_required=True), *_choice("value")),
        N_("whose {name} is {values}"),
        N_("whose {name} is not {values}"),
        ("is", "is_not"),
        ({"fact": "trait", "name": "education", "is": ["S1", "S2"]},),
    ),
    _day("joined_on", N_("joined on"), N_("who joined {when}"), WHO, {"last_days": 84}),
    _day(
        "expires_on",
        N_("membership ends on"),
        N_("whose membership ends {when}"),
        WHO,
        {"within_days": 30},
        {"from": "2026-12-01", "until": "2026-12-31"},
    ),
    Fact(
        "segment",
        WHO,
        N_("segment"),
        shapes.InSegment(),
        _choice("segment"),
        N_("who are in the segment {values}"),
        N_("who are not in the segment {values}"),
        ("is", "is_not"),
        ({"fact": "segment", "is": ["lapsing"]},),
    ),
)

_READ = (
    _counted(
        "loans",
        READ,
        N_("loans"),
        (N_("who borrowed {amount}{about}{where}{when}"), N_("who borrowed nothing{about}{where}{when}")),
        _ABOUT,
        Field("branch", WORDS, "branch"),
        about=["cerita-anak"],
    ),
    Fact(
        "interest",
        READ,
        N_("interest"),
        shapes.Interested(),
        (Field("topic", WORDS, "topic", is_required=True), Field("at_least", NUMBER, most=1)),
        N_("who are interested in {values}{amount}"),
        "",
        (),
        ({"fact": "interest", "topic": ["pemrograman"], "at_least": 0.1},),
    ),
    Fact(
        "declared",
        READ,
        N_("declared interest"),
        shapes.Declared(),
        (Field("topic", WORDS, "any_topic", is_required=True), Field("is", WORDS, "wish", is_required=True)),
        N_("who said “{wish}” to {values}"),
        "",
        (),
        ({"fact": "declared", "topic": ["memasak"], "is": ["more"]},),
    ),
    _amount(
        "breadth",
        READ,
        N_("topics borrowed in a year"),
        N_("who borrowed from {amount} topics in a year"),
        shapes.Amount("breadth"),
        {"at_least": 3},
    ),
)

_OFTEN = (
    _counted("visits", OFTEN, N_("visits"), (N_("who visited {amount} times{when}"), N_("who did not visit{when}"))),
    _counted(
        "holds",
        OFTEN,
        N_("holds"),
        (N_("who placed {amount} holds{about}{when}"), N_("who placed no hold{about}{when}")),
        _ABOUT,
    ),
    _counted(
        "programmes",
        OFTEN,
        N_("programmes attended"),
        (N_("who attended {amount} programmes{when}"), N_("who attended no programme{when}")),
    ),
    Fact(
        "attended",
        OFTEN,
        N_("attended the programme"),
        shapes.Linked("programme"),
        _choice("programme"),
        N_("who attended {values}"),
        N_("who did not attend {values}"),
        ("is", "is_not"),
        ({"fact": "attended", "is": ["bedah-buku"]},),
    ),
    _amount(
        "open_loans",
        OFTEN,
        N_("open loans"),
        N_("who have {amount} open loans"),
        shapes.Amount("open_loans"),
        {"at_least": 1},
    ),
    _amount(
        "overdue_loans",
        OFTEN,
        N_("overdue loans"),
        N_("who have {amount} overdue loans"),
        shapes.Amount("overdue_loans"),
        {"at_least": 1},
    ),
    _amount(
        "balance", OFTEN, N_("balance"), N_("who owe {amount}"), shapes.Amount("balance", "money"), {"at_least": 10000}
    ),
    _amount(
        "on_time_rate",
        OFTEN,
        N_("share returned on time"),
        N_("who return {amount} of their loans on time"),
        shapes.Amount("on_time_rate", "share"),
        {"at_least": 0.9},
    ),
    _amount(
        "usual_gap_days",
        OFTEN,
        N_("usual days between two activities"),
        N_("who usually come every {amount} days"),
        shapes.Amount("usual_gap_days", "days"),
        {"at_most": 30},
    ),
    _day(
        "first_activity_on", N_("first activity"), N_("who were first active {when}"), OFTEN, {"older_than_days": 365}
    ),
    _day(
        "last_activity_on",
        N_("last activity"),
        N_("who were last active {when}"),
        OFTEN,
        {"last_days": 60},
        {"known": False},
    ),
    _day("last_loan_on", N_("last loan"), N_("who last borrowed {when}"), OFTEN, {"older_than_days": 180}),
    _day("last_visit_on", N_("last visit"), N_("who last visited {when}"), OFTEN, {"last_days": 30}),
    _day("next_due_on", N_("next due date"), N_("whose next loan is due {when}"), OFTEN, {"within_days": 3}),
    Fact(
        "key_patron",
        OFTEN,
        N_("key patrons"),
        shapes.Top(),
        (Field("top_percent", WHOLE, least=1, most=100, is_required=True),),
        N_("who are among the top {percent} of key patrons"),
        "",
        (),
        ({"fact": "key_patron", "top_percent": 5},),
    ),
)

_PERMISSION = (
    Fact(
        "permission",
        PERMISSION,
        N_("permission"),
        shapes.Permission(),
        (
            Field("purpose", WORD, "purpose", is_required=True),
            Field("channel", WORD, "channel"),
            Field("is", WORDS, "answer", is_required=True),
        ),
        N_("whose answer to {purpose}{channel} is {values}"),
        "",
        (),
        ({"fact": "permission", "purpose": "news", "channel": "whatsapp", "is": "agreed"},),
    ),
    Fact(
        "reach",
        PERMISSION,
        N_("can be reached"),
        shapes.Reach(),
        (Field("channel", WORDS, "channel", is_required=True), Field("is", FLAG)),
        N_("who can be reached by {values}"),
        N_("who cannot be reached by {values}"),
        (),
        ({"fact": "reach", "channel": "whatsapp"}, {"fact": "reach", "channel": ["whatsapp", "email"], "is": False}),
    ),
)

_FEEDBACK = (
    _counted(
        "questions",
        FEEDBACK,
        N_("reference questions"),
        (N_("who asked {amount} questions{when}"), N_("who asked no question{when}")),
    ),
)

FACTS = {fact.name: fact for fact in (*_WHO, *_READ, *_OFTEN, *_PERMISSION, *_FEEDBACK)}
