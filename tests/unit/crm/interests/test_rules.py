"""What a title is about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.interests.notation import notation_of
from crm.interests.rules import Rule, RuleBook, TitleWords, folded
from tests.unit.crm.interests.shipped import BOOK, IDS, RULES, SENSITIVE, SLUGS


def topics(*rules: Rule, **words: object) -> set[str]:
    """Return the topics of a title by the shipped rules and some of staff."""
    book = RuleBook([*RULES, *rules]) if rules else BOOK
    return {SLUGS[each] for each in book.mapped(TitleWords(**words)).topics}  # type: ignore[arg-type]


def sensitive(**words: object) -> set[str]:
    mapped = BOOK.mapped(TitleWords(**words))  # type: ignore[arg-type]
    assert not (mapped.topics and mapped.sensitive)
    return {SLUGS[each] for each in mapped.sensitive}


@pytest.mark.parametrize(
    ("written", "topic"),
    [
        ("005.133", "pemrograman"),
        ("004", "komputer-dan-internet"),
        ("499.221", "bahasa-indonesia"),
        ("899.221", "sastra-indonesia"),
        ("899.2211", "puisi"),
        ("915.98", "wisata-indonesia"),
        ("959.8", "sejarah-indonesia"),
        ("959.81", "sejarah-daerah"),
        ("813", "novel"),
        ("F", "novel"),
        ("FIK", "novel"),
        ("FIC", "novel"),
        ("641.5", "memasak"),
        ("741.5/2 22", "komik"),
        ("A 813", "cerita-anak"),
        ("A 500", "pengetahuan-anak"),
        ("SKRIPSI", "skripsi-dan-tesis"),
    ],
)
def test_the_most_exact_class_says_what_a_title_is_about(written: str, topic: str) -> None:
    assert topics(classification=written) == {topic}


@pytest.mark.parametrize("number", range(10))
def test_islam_is_the_same_in_both_notations_and_sensitive(number: int) -> None:
    assert sensitive(classification=f"2X{number}") == sensitive(classification=f"297.{number}") != set()


@pytest.mark.parametrize(
    "words",
    [
        {"classification": "616.8"},
        {"classification": "306.7"},
        {"classification": "306.89"},
        {"classification": "324.2"},
        {"classification": "364.1"},
        {"classification": "R 242"},
        {"classification": "A 2X5"},
        {"classification": "005.1", "subjects": ("Depresi pada remaja",)},
        {"classification": "813", "subjects": ("Novel Indonesia", "HIV")},
        {"classification": "332", "subjects": ("Utang",), "language": "en", "material": "DVD"},
        {"subjects": ("Corruption",)},
    ],
)
def test_a_title_with_a_sensitive_class_or_term_has_no_other_topic(words: dict[str, object]) -> None:
    assert topics(**words) == set()
    assert sensitive(**words) != set()


@given(
    st.sampled_from([rule for rule in RULES if rule.topic_id in SENSITIVE and rule.field == "class"]),
    st.text("0123456789", max_size=4),
    st.lists(st.sampled_from([rule.value for rule in RULES if rule.field == "subject"]), max_size=3),
)
def test_nothing_below_a_sensitive_class_is_ever_inferred(rule: Rule, more: str, terms: list[str]) -> None:
    written = (
        rule.value if rule.value.isalpha() else f"{rule.value[:3].ljust(3, '0')}.{rule.value[3:]}{more}".rstrip(".")
    )
    mapped = BOOK.mapped(TitleWords(written, subjects=tuple(terms)))
    digits = notation_of(written).digits
    fitting = [
        each for each in RULES if each.field == "class" and each.kind != "class" and digits.startswith(each.value)
    ]
    if max(fitting, key=lambda each: len(each.value)).topic_id in SENSITIVE:
        assert not mapped.topics
        assert mapped.sensitive


@given(st.lists(st.sampled_from([rule.value for rule in RULES if rule.field == "subject"]), max_size=4), st.text())
def test_no_topic_that_is_inferred_is_sensitive(terms: list[str], anything: str) -> None:
    mapped = BOOK.mapped(TitleWords(anything, subjects=(*terms, anything), collections=(anything,)))
    assert not mapped.topics & SENSITIVE
    assert mapped.sensitive <= SENSITIVE


def test_subjects_languages_materials_and_collections_add_topics() -> None:
    found = topics(
        classification="FIK", subjects=("Fiksi remaja",), language="EN", material="Video Recording",
        collections=("Skripsi",),
    )  # fmt: skip
    assert found == {"novel", "novel-remaja", "berbahasa-inggris", "film-dan-video", "skripsi-dan-tesis"}


def test_the_librarys_own_language_and_plain_text_say_nothing() -> None:
    assert topics(language="id", material="Text") == set()


def test_a_rule_of_the_whole_term_goes_before_those_of_its_words() -> None:
    assert topics(subjects=("Fiksi islami",)) == {"novel"}
    assert topics(subjects=("Tren fiksi terbaru",)) == {"novel"}


def test_the_collection_for_children_makes_fiction_a_childrens_story() -> None:
    assert topics(classification="813", collections=("Koleksi Anak",)) == {"cerita-anak"}


def test_the_division_stands_in_only_where_nothing_else_fits() -> None:
    rules = [rule for rule in RULES if rule.topic_id != IDS["matematika"]]
    mapped = RuleBook(rules).mapped(TitleWords("516.2"))
    assert {SLUGS[each] for each in mapped.topics} == {"class-510"}
    mapped = RuleBook(rules).mapped(TitleWords("516.2", subjects=("Komik",)))
    assert {SLUGS[each] for each in mapped.topics} == {"komik"}


def test_a_rule_of_staff_stands_in_place_of_the_shipped_one() -> None:
    own = Rule(IDS["olahraga"], "topic", False, "subject", "komik", is_shipped=False)  # noqa: FBT003
    assert topics(own, subjects=("Komik",)) == {"olahraga"}


def test_a_hidden_topic_leaves_the_division() -> None:
    hidden = [replace(rule, is_hidden=rule.topic_id == IDS["memasak"]) for rule in RULES]
    mapped = RuleBook(hidden).mapped(TitleWords("641.5"))
    assert {SLUGS[each] for each in mapped.topics} == {"class-640"}


def test_authors_belong_to_a_topic_only_by_a_rule_of_staff() -> None:
    assert topics(authors=("Toer, Pramoedya Ananta",)) == set()
    own = Rule(IDS["sastra-indonesia"], "topic", False, "author", folded("Toer, Pramoedya Ananta"), is_shipped=False)  # noqa: FBT003
    assert topics(own, authors=("TOER, Pramoedya  Ananta.",)) == {"sastra-indonesia"}


@given(st.text())
def test_folding_twice_is_folding_once(term: str) -> None:
    assert folded(folded(term)) == folded(term)
