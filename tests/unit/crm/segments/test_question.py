"""Days, birthdays and dependencies are as the manual says."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.segments.names import Names, SegmentName, TopicName
from crm.segments.question import Question, SegmentCycle, hidden_states, refuse_cycles
from crm.segments.reading import read_rule
from crm.segments.rules import Rule


def of_segment(*slugs: str) -> Rule:
    return read_rule({"fact": "segment", "is": list(slugs)})


def named(**rules: Rule) -> Names:
    return Names(segments={slug: SegmentName(slug, rule) for slug, rule in rules.items()})


def test_a_birthday_on_29_february_is_kept_on_the_28th_where_there_is_none() -> None:
    assert Question(date(2027, 2, 27)).birthdays(1) == [227, 228, 229]
    assert Question(date(2028, 2, 27)).birthdays(1) == [227, 228]
    assert Question(date(2028, 2, 27)).birthdays(2) == [227, 228, 229]


def test_the_window_of_birthdays_goes_over_the_turn_of_the_year() -> None:
    assert Question(date(2026, 12, 30)).birthdays(3) == [101, 102, 1230, 1231]


def test_a_local_day_begins_when_it_does_in_the_zone_of_the_library() -> None:
    assert Question(date(2026, 11, 24), "Asia/Jayapura").begins(date(2026, 11, 24)) == datetime(2026, 11, 23, 15)
    assert Question(date(2026, 11, 24), "Asia/Jakarta").local_day(datetime(2026, 11, 23, 17)) == date(2026, 11, 24)


def test_a_segment_that_depends_on_itself_is_refused_with_the_chain() -> None:
    names = named(b=of_segment("c"), c=of_segment("a"))
    with pytest.raises(SegmentCycle, match="a → b → c → a"):
        refuse_cycles("a", of_segment("b"), names)
    with pytest.raises(SegmentCycle):
        refuse_cycles("a", of_segment("a"), Names())
    refuse_cycles("d", of_segment("b", "b"), named(b=of_segment("c"), c=read_rule({"all": []})))


def test_segments_that_multiply_beyond_all_measure_are_refused() -> None:
    rules = {"s0": read_rule({"any": [{"fact": "stage", "is": "new"}] * 2})}
    for at in range(1, 12):
        rules[f"s{at}"] = of_segment(f"s{at - 1}")
    doubled = {slug: read_rule({"any": [{"fact": "segment", "is": f"s{at - 1}"}] * 2}) if at else rule
               for at, (slug, rule) in enumerate(rules.items())}  # fmt: skip
    refuse_cycles("x", of_segment("s11"), named(**rules))
    with pytest.raises(SegmentCycle, match="too many"):
        refuse_cycles("x", of_segment("s11"), named(**doubled))
    bushy = {f"t{at}": of_segment(*(f"t{other}" for other in range(at))) if at else rules["s0"] for at in range(12)}
    with pytest.raises(SegmentCycle, match="too many"):
        refuse_cycles("x", of_segment("t11"), named(**bushy))


def test_contacts_are_meant_only_where_a_rule_or_a_segment_of_it_asks_for_them() -> None:
    guests = read_rule({"fact": "state", "is": "contact"})
    assert hidden_states(read_rule({"all": []}), Names()) == ["contact", "gone"]
    assert hidden_states(guests, Names()) == ["gone"]
    assert hidden_states(of_segment("guests"), named(guests=guests)) == ["gone"]
    assert hidden_states(read_rule({"fact": "state", "is_not": "contact"}), Names()) == ["contact", "gone"]


def test_a_topic_stands_for_those_below_it_even_where_they_go_round() -> None:
    topics = {
        "a": TopicName(3, "a", "a", parent="c"),
        "b": TopicName(1, "b", "b", parent="a"),
        "c": TopicName(2, "c", "c", parent="b"),
        "d": TopicName(4, "d", "d"),
    }
    assert Names(topics=topics).topic_ids(["a"]) == [1, 2, 3]
    assert Names(topics=topics).topic_ids(["d", "gone"]) == [4]
