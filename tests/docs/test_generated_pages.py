"""The generated pages are current and leave out no command, option or key."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click
import pytest

from tools import generate_docs

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the language back after the generator has set it."""
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.mark.parametrize(
    "page", ["docs/cli.md", "docs/configuration.md", "docs/segments.md", "docs/segments.schema.json"]
)
def test_the_page_is_current(page: str) -> None:
    assert (ROOT / page).read_text("utf-8") == generate_docs.pages()[ROOT / page], "run `make docs`"


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    chapters = {chapter.partition("\n")[0]: chapter for chapter in page.split("\n## ")[1:]}
    for name, command, _ in generate_docs.commands():
        assert name in chapters
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, f"{name} {parameter.opts} has no help"
                assert all(option in chapters[name] for option in parameter.opts)


def test_every_command_shows_an_example() -> None:
    without = [name for name, _, context in generate_docs.commands() if "Example" not in context.get_help()]
    assert without == []


def test_every_key_of_the_settings_is_documented() -> None:
    from connector.settings import SourceSettings
    from crm.settings import CrmSettings, LibrarySettings, ProfileSettings
    from sapa.settings import ServeSettings

    documented = {s.name: {key.name for key in s.keys} for s in generate_docs.sections(_example())}
    rooms: dict[str, Any] = {
        "library": LibrarySettings,
        "crm": CrmSettings,
        "sources": SourceSettings,
        "serve": ServeSettings,
    }
    rooms |= {each.name: each.default_factory for each in dataclasses.fields(ProfileSettings)
              if each.default_factory is not dataclasses.MISSING}  # fmt: skip
    assert documented.keys() == rooms.keys()
    for section, settings in rooms.items():
        fields = {each.name.removesuffix("_seconds") for each in dataclasses.fields(settings)}
        assert documented[section] == fields


def test_every_key_has_a_meaning() -> None:
    silent = [f"{section.name}.{key.name}" for section in generate_docs.sections(_example())
              for key in section.keys if not key.text]  # fmt: skip
    assert silent == []


def test_comments_above_and_beside_a_key_both_count() -> None:
    example = '# about the section\n[one]\n# above\na = "x # y"\nb = 3  # beside\n# c = true  # shown only\n'
    (section,) = generate_docs.sections(example)
    assert section.text == "about the section"
    assert [(key.name, key.value, key.text) for key in section.keys] == [
        ("a", '"x # y"', "above"), ("b", "3", "beside"), ("c", "true", "shown only"),
    ]  # fmt: skip


def _example() -> str:
    return (ROOT / "config.example.toml").read_text("utf-8")
