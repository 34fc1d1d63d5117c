"""Shows a rule in the builder: every condition as a part of a sentence, and the fields that say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from crm.formats import Formats
from crm.i18n import N_, Translate, translator
from crm.segments import shapes
from crm.segments.catalogue import FACTS, GROUPS
from crm.segments.names import Names
from crm.segments.reading import Problem, RuleRejected, read_rule
from crm.segments.rules import Condition, Rule
from crm.segments.shapes import Fact, Field
from crm.segments.vocabulary import FIXED, OPEN
from crm.segments.words import condition_in_words, rule_in_words
from plugin_ui.staff.rule_form import PAIRS, Document, is_pair, is_percent, kind_of, walk

FEW = 12  # words that are all shown; of more the chosen ones, and a list to add from
BEGIN, END = "\x02", "\x03"

LABELS = {
    "at_least": N_("at least"),
    "at_most": N_("at most"),
    "days": N_("within the last … days"),
    "about": N_("about"),
    "branch": N_("at the branch"),
    "within_days": N_("within the next … days"),
    "last_days": N_("within the last … days"),
    "older_than_days": N_("more than … days ago"),
    "from": N_("from day"),
    "until": N_("to day"),
    "known": N_("Is the day known?"),
    "topic": N_("topics"),
    "name": N_("which"),
    "purpose": N_("for"),
    "channel": N_("by"),
    "top_percent": N_("the best … per cent"),
}
ANSWERS = {"permission": N_("answer"), "declared": N_("what they said")}
YES_OR_NO = (("yes", N_("yes")), ("no", N_("no")))
IS_OR_IS_NOT = (("", N_("one of these")), ("yes", N_("none of these")))


@dataclass(frozen=True)
class Control:
    """One field to fill in: ``kind`` is number, date, text, choice, ticks or chosen; options are (value, words)."""

    name: str
    label: str
    kind: str
    value: Any = ""
    options: Sequence[tuple[str, str]] = ()
    error: str = ""


@dataclass(frozen=True)
class Node:
    """A part of a rule at its place in the form: a group with its parts, or a condition with its fields."""

    place: str
    kind: str
    label: str = ""
    sentence: str = ""
    controls: Sequence[Control] = ()
    errors: Sequence[str] = ()
    is_blamed: bool = False
    parts: Sequence[Node] = ()


@dataclass(frozen=True)
class View:
    """What a rule is shown with; ``problems`` and ``blamed`` are by path, as the reader of rules gives them."""

    names: Names
    formats: Formats
    problems: Sequence[Problem] = ()
    blamed: Sequence[str] = ()

    @property
    def translate(self) -> Translate:
        """The function that turns an English text into one of the page's language."""
        return translator(self.formats.language)

    def node(self, document: Document) -> Node:
        """Return a whole rule, ready to be shown."""
        made: dict[str, Node] = {}
        for place, path, part in reversed(list(walk(document))):
            kind = kind_of(part)
            inside = [made[f"{place}-{at}"] for at in range(len(part[kind]))] if kind else []
            made[place] = self._group(place, path, kind, inside) if kind else self._condition(place, path, part)
        return made["n"]

    def _group(self, place: str, path: str, kind: str, parts: Sequence[Node]) -> Node:
        here = f"{path}.{kind}".lstrip(".")
        errors = self._errors({here})
        return Node(place, kind, errors=errors, is_blamed=path in self.blamed and bool(path), parts=parts)

    def _condition(self, place: str, path: str, part: Document) -> Node:
        fact = FACTS.get(str(part.get("fact")))
        if fact is None:
            return Node(place, "", str(part.get("fact")), errors=self._errors({path, f"{path}.fact"}))
        controls = [control for field in fact.fields for control in self._controls(fact, field, place, path, part)]
        return Node(
            place, "", self.translate(fact.label), said(part, self.names, self.formats), controls,
            self._errors({path}), path in self.blamed,
        )  # fmt: skip

    def _errors(self, paths: set[str]) -> list[str]:
        return [each.message.said(self.translate) for each in self.problems if each.path in paths]

    def _error(self, path: str) -> str:
        """Return what is wrong with a field, or with one of its words."""
        found = (each for each in self.problems if each.path == path or each.path.startswith(f"{path}["))
        return " ".join(each.message.said(self.translate) for each in found)

    def _controls(self, fact: Fact, field: Field, place: str, path: str, part: Document) -> list[Control]:
        paired = is_pair(fact, field)
        if paired and field.name not in PAIRS:
            return []
        used = PAIRS[field.name] if paired and PAIRS[field.name] in part else field.name
        name, error = f"{place}.{field.name}", self._error(f"{path}.{used}".lstrip("."))
        control = self._one(fact, field, name, part.get(used), error)
        if not paired:
            return [control]
        options = [(value, self.translate(words)) for value, words in IS_OR_IS_NOT]
        turned = Control(
            f"{name}.not", self.translate(fact.label), "choice", "yes" if used != field.name else "", options
        )
        return [turned, control]

    def _one(self, fact: Fact, field: Field, name: str, value: Any, error: str) -> Control:
        label = self.translate(LABELS.get(field.name) or ANSWERS.get(fact.name) or fact.label)
        if field.kind == shapes.FLAG:
            chosen = {True: "yes", False: "no"}.get(value, "")
            return Control(name, label, "choice", chosen, self._flag_options(field), error)
        if field.kind in (shapes.WHOLE, shapes.NUMBER):
            unit = " (%)" if is_percent(field) else ""
            return Control(name, label + unit, "number", self._number(field, value), error=error)
        if field.kind == shapes.DATE:
            return Control(name, label, "date", value or "", error=error)
        words = [value] if isinstance(value, str) else list(value or ())
        if field.kind == shapes.WORD:
            options = [("", ""), *self._options(field)]
            return Control(name, label, "choice", words[0] if words else "", options, error)
        if field.of in OPEN:
            return Control(name, label, "text", ", ".join(map(str, words)), error=error)
        return self._words(field, name, label, words, error)

    def _words(self, field: Field, name: str, label: str, words: list[str], error: str) -> Control:
        options = self._options(field)
        unknown = [(word, word) for word in words if word not in dict(options)]
        kind = "ticks" if len(options) <= FEW else "chosen"
        return Control(name, label, kind, words, [*options, *unknown], error)

    def _flag_options(self, field: Field) -> list[tuple[str, str]]:
        options = [(value, self.translate(words)) for value, words in YES_OR_NO]
        return options if field.is_required else [("", ""), *options]

    def _options(self, field: Field) -> list[tuple[str, str]]:
        language = self.formats.language
        options = [(w, self.names.label(field.of, w, language, self.translate)) for w in self.names.known(field.of)]
        return options if field.of in FIXED else sorted(options, key=lambda option: option[1].casefold())

    def _number(self, field: Field, value: Any) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        shown = value * 100 if is_percent(field) else value
        return f"{shown:.6f}".rstrip("0").rstrip(".") if isinstance(shown, float) else str(shown)


def said(part: Document, names: Names, formats: Formats) -> str:
    """Return the clause of a condition with its values set off, "" while it cannot be said."""
    try:
        rule = read_rule(part, names)
    except RuleRejected:
        return ""
    return marked(condition_in_words(rule, names, formats, _mark)) if isinstance(rule, Condition) else ""


def sentence(rule: Rule, names: Names, formats: Formats) -> Markup:
    """Return a rule as a sentence with its values set off."""
    return marked(rule_in_words(rule, names, formats, _mark))


def _mark(text: str) -> str:
    return f"{BEGIN}{text}{END}"


def marked(text: str) -> Markup:
    """Return a text as HTML, what was marked in bold."""
    return Markup(str(escape(text)).replace(BEGIN, "<strong>").replace(END, "</strong>"))  # noqa: S704 - escaped before


def menu(translate: Translate) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the facts to choose from, by group, as a librarian looks for them."""
    return [
        (translate(words), [(fact.name, translate(fact.label)) for fact in FACTS.values() if fact.group == group])
        for group, words in GROUPS.items()
    ]


def is_private(rules: Iterable[Condition]) -> bool:
    """Tell whether who belongs tells what somebody reads: then only those who may see interests see names."""
    return any(each.fact == "interest" or "about" in each.values for each in rules)


def shown_actual(value: Any, view: View, condition: Condition) -> str:
    """Return what is the case with somebody, for people to read."""
    if value is None or value in ([], ""):
        return view.translate(N_("not known or none"))
    if isinstance(value, bool):
        return view.translate(N_("yes") if value else N_("no"))
    if isinstance(value, list):
        return ", ".join(_word(each, view, condition) for each in value)
    if isinstance(value, str):
        return _word(value, view, condition)
    if hasattr(value, "isoformat"):
        return view.formats.day(value)
    return view.formats.number(value)


def _word(word: Any, view: View, condition: Condition) -> str:
    for field in FACTS[condition.fact].fields:
        if field.kind in (shapes.WORDS, shapes.WORD) and str(word) in view.names.known(field.of):
            return view.names.label(field.of, str(word), view.formats.language, view.translate)
    return str(word)
