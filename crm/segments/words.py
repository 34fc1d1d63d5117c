"""Says a rule as a sentence, in the language of the reader of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_percent

from crm.formats import Formats
from crm.i18n import N_, Translate, translator
from crm.segments import shapes
from crm.segments.catalogue import FACTS
from crm.segments.names import Names
from crm.segments.rules import ALL, ANY, Condition, Group, Rule
from crm.segments.shapes import Fact

Values = Mapping[str, Any]
Mark = Callable[[str], str]


def rule_in_words(rule: Rule, names: Names, formats: Formats, mark: Mark = str) -> str:
    """Return the sentence that says whom a rule means; ``mark`` may set off every value, in HTML for example."""
    speaker = Speaker(names, formats, mark)
    if isinstance(rule, Group) and not rule.parts:
        return speaker.say(N_("All readers."))
    return speaker.say(N_("Readers {clause}."), clause=speaker.clause(rule, is_whole=True))


def condition_in_words(condition: Condition, names: Names, formats: Formats, mark: Mark = str) -> str:
    """Return the clause that says one condition."""
    return Speaker(names, formats, mark).clause(condition)


@dataclass(frozen=True)
class Speaker:
    """Says the parts of a rule."""

    names: Names
    formats: Formats
    mark: Mark = str

    @property
    def translate(self) -> Translate:
        """The function that turns an English text into one of the language."""
        return translator(self.formats.language)

    def say(self, text: str, **values: str) -> str:
        """Return a text in the language, filled."""
        return self.translate(text).format(**values)

    def clause(self, rule: Rule, *, is_whole: bool = False) -> str:
        """Return the clause of a rule; a group within a group stands in brackets."""
        if isinstance(rule, Condition):
            return self.condition(rule)
        parts = [self.clause(part) for part in rule.parts]
        if rule.kind in (ALL, ANY):
            joint = self.translate(N_(" and ") if rule.kind == ALL else N_(" or "))
            joined = joint.join(parts)
            return joined if is_whole or len(parts) == 1 else f"({joined})"
        return self.say(N_("for whom none of this is true: ({clauses})"), clauses="; ".join(parts))

    def condition(self, condition: Condition) -> str:
        """Return the clause of one condition."""
        fact, values = FACTS[condition.fact], condition.values
        if isinstance(fact.shape, shapes.Day):
            return self.day(fact, values)
        return self.say(_template(fact, values), **self.filling(fact, values))

    def filling(self, fact: Fact, values: Values) -> dict[str, str]:
        """Return what fills the template of a fact."""
        filling = {"values": self.words(fact, values), "amount": self.amount(fact, values)}
        filling["about"] = self.part(N_(" about {words}"), "topic", values.get("about"))
        filling["where"] = self.part(N_(" at {words}"), "branch", values.get("branch"))
        filling["when"] = self.window(fact, values)
        filling["name"] = self.one("trait", values.get("name"))
        filling["wish"] = self.any_of("wish", values["is"]) if fact.name == "declared" else ""
        filling["percent"] = self.mark(f"{values['top_percent']}%") if "top_percent" in values else ""
        filling["purpose"] = self.one("purpose", values.get("purpose"))
        channel = (values["channel"],) if fact.name == "permission" and "channel" in values else None
        filling["channel"] = self.part(N_(" by {words}"), "channel", channel)
        return filling

    def words(self, fact: Fact, values: Values) -> str:
        """Return the words that a condition chooses."""
        for field in fact.fields:
            if field.kind == shapes.WORDS and field.name in values and field.of not in ("wish", "branch"):
                return self.any_of(field.of, values[field.name])
        return self.any_of(fact.name, values.get("is", values.get("is_not"))) if fact.name == "branch" else ""

    def any_of(self, vocabulary: str, words: Iterable[str] | None) -> str:
        """Return words as "one, another or a third"."""
        language = self.formats.language
        shown = [self.mark(self.names.label(vocabulary, word, language, self.translate)) for word in words or ()]
        return format_list(shown, "or", self.formats.locale)

    def one(self, vocabulary: str, word: str | None) -> str:
        """Return one word, '' where there is none."""
        return self.any_of(vocabulary, (word,)) if word else ""

    def part(self, text: str, vocabulary: str, words: Sequence[str] | None) -> str:
        """Return a part of the clause that is there only where its field is."""
        return self.say(text, words=self.any_of(vocabulary, words)) if words else ""

    def number(self, fact: Fact, value: float) -> str:
        """Return a number as its fact counts."""
        is_share = (isinstance(fact.shape, shapes.Amount) and fact.shape.unit == "share") or fact.name == "interest"
        shown = format_percent(value, locale=self.formats.locale) if is_share else self.formats.number(value)
        return self.mark(shown)

    def amount(self, fact: Fact, values: Values) -> str:
        """Return how many there are to be."""
        least, most = (self.number(fact, values[name]) if name in values else "" for name in ("at_least", "at_most"))
        if fact.name == "interest":
            return self.say(N_(" (at least {least})"), least=least) if least else ""
        if least and most:
            text = N_("exactly {least}") if least == most else N_("{least} to {most}")
            return self.say(text, least=least, most=most)
        return self.say(N_("at least {least}") if least else N_("at most {most}"), least=least, most=most)

    def window(self, fact: Fact, values: Values) -> str:
        """Return the window in which something is counted, or the days until a birthday."""
        if "days" in values:
            return self.say(N_(" in the last {days} days"), days=self.mark(self.formats.number(values["days"])))
        return self.span("within_days", values["within_days"]) if fact.name == "birthday" else ""

    def day(self, fact: Fact, values: Values) -> str:
        """Return the clause about a date."""
        spans = [self.span(name, value) for name, value in values.items() if name != "known"]
        if not spans:
            text = N_("for whom “{label}” is known") if values["known"] else N_("for whom “{label}” is not known")
            return self.say(text, label=self.translate(fact.label))
        return self.say(fact.words, when=self.translate(N_(" and ")).join(spans))

    def span(self, name: str, value: Any) -> str:
        """Return one field of a condition about a date."""
        shown = self.date(value) if isinstance(value, date) else self.formats.number(value)
        text = _TODAY if value == 0 and name in ("within_days", "last_days") else _SPANS[name]
        return self.say(text, value=self.mark(shown))

    def date(self, day: date) -> str:
        """Return a date as people of the language write it."""
        return format_date(day, "medium", locale=self.formats.locale)


_TODAY = N_("today")
_SPANS = {
    "within_days": N_("within the next {value} days"),
    "last_days": N_("within the last {value} days"),
    "older_than_days": N_("more than {value} days ago"),
    "from": N_("on {value} or later"),
    "until": N_("on {value} or earlier"),
}


def _template(fact: Fact, values: Values) -> str:
    """Return the template of a fact, or the one for no, not and nothing."""
    is_negative = (
        "is_not" in values
        or "has_not" in values
        or values.get("is") is False
        or (values.get("at_most") == 0 and "at_least" not in values)
    )
    return fact.otherwise if is_negative and fact.otherwise else fact.words
