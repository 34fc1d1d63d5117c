"""What a library has that rules may name: sources, branches, categories, topics, groups, programmes and segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crm.i18n import Translate
from crm.segments.rules import Rule
from crm.segments.vocabulary import FIXED

ANY_TOPIC = "any_topic"  # also those that are never inferred, only declared


@dataclass(frozen=True)
class TopicName:
    """A topic; ``parent`` is the slug of the one above it."""

    id: int
    name_id: str
    name_en: str
    parent: str | None = None
    is_sensitive: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class SegmentName:
    """Another segment, with its rule."""

    name: str
    rule: Rule


@dataclass(frozen=True)
class Names:
    """Everything that can be named; ``labels`` has branches, categories, groups and programmes with their names."""

    sources: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, TopicName] = field(default_factory=dict)
    segments: Mapping[str, SegmentName] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def known(self, vocabulary: str) -> list[str]:
        """Return the words of a vocabulary as they are written in rules."""
        if vocabulary in ("topic", ANY_TOPIC):
            return [
                slug
                for slug, topic in self.topics.items()
                if not topic.is_hidden and (vocabulary == ANY_TOPIC or not topic.is_sensitive)
            ]
        if vocabulary in FIXED:
            return list(FIXED[vocabulary])
        special: dict[str, Iterable[str]] = {"source": self.sources, "segment": self.segments}
        return list(special.get(vocabulary, self.labels.get(vocabulary, ())))

    def label(self, vocabulary: str, word: str, language: str, translate: Translate) -> str:
        """Return the name of a word for people; the word itself where it has none."""
        if vocabulary in FIXED:
            return translate(FIXED[vocabulary].get(word, word))
        if vocabulary in ("topic", ANY_TOPIC) and word in self.topics:
            return self.topics[word].name_id if language == "id" else self.topics[word].name_en
        if vocabulary == "segment" and word in self.segments:
            return translate(self.segments[word].name)
        return self.labels.get(vocabulary, {}).get(word) or word

    def topics_below(self, slugs: Iterable[str]) -> set[str]:
        """Return these topics and all below them, as far as they exist."""
        found, waiting = set[str](), [slug for slug in slugs if slug in self.topics]
        while waiting:
            slug = waiting.pop()
            if slug not in found:
                found.add(slug)
                waiting.extend(self._children(slug))
        return found

    def _children(self, parent: str) -> Iterator[str]:
        return (slug for slug, topic in self.topics.items() if topic.parent == parent)

    def topic_ids(self, slugs: Iterable[str]) -> list[int]:
        """Return the ids of these topics and all below them, ascending."""
        return sorted(self.topics[slug].id for slug in self.topics_below(slugs))
