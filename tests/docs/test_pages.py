"""The manual does what it says: links lead somewhere, and what is marked ``executed`` is run."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm.staff.roles import MATRIX, ROLES, may
from tests.docs import pages
from tests.docs.pages import ROOT

ALL_PAGES = pages.pages()
COMMAND_SECONDS = 180


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def with_commands() -> list[Path]:
    """Return the pages that have commands to run."""
    return [page for page in ALL_PAGES if any(block.words == ("console", "executed") for block in _blocks(page))]


def _blocks(page: Path) -> list[pages.Block]:
    return list(pages.blocks(page.read_text("utf-8")))


def same(expected: str, printed: str) -> bool:
    """Compare as doctest does: ``...`` stands for anything."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return not expected.strip() or doctest.OutputChecker().check_output(expected, printed, options)


@pytest.mark.parametrize("page", ALL_PAGES, ids=named)
def test_every_link_within_the_house_leads_somewhere(page: Path) -> None:
    broken = []
    for target in pages.links(page.read_text("utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        if not path.exists() or (anchor and anchor not in pages.anchors(path.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", with_commands(), ids=named)
def test_the_commands_of_the_page_do_what_it_shows(page: Path, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "LANGUAGE": "", "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    for block in _blocks(page):
        for step in pages.steps(block.text) if block.words == ("console", "executed") else ():
            done = subprocess.run(
                step.command, shell=True, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=COMMAND_SECONDS, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"$ {step.command}\n{done.stdout}"
            assert same(step.expected, done.stdout), f"$ {step.command}\n{done.stdout}"


def run_python(page: str, blocks: list[pages.Block]) -> None:
    """Run the blocks of one page one after the other, with the same names."""
    names: dict[str, object] = {}
    for block in blocks:
        if block.words == ("python", "executed"):
            exec(compile(block.text, page, "exec"), names)


def test_the_python_on_the_pages_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for page in ALL_PAGES:
        run_python(named(page), _blocks(page))


def test_python_that_is_wrong_is_found_only_where_it_is_marked() -> None:
    marked, plain = "```python executed\n1 / 0\n```\n", "```python\n1 / 0\n```\n"
    run_python("plain.md", list(pages.blocks(plain)))
    with pytest.raises(ZeroDivisionError):
        run_python("marked.md", list(pages.blocks(marked)))


def test_the_index_lists_every_page_of_the_manual() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / target).resolve() for target in pages.links(index.read_text("utf-8"))}
    assert [named(page) for page in (ROOT / "docs").rglob("*.md") if page != index and page not in listed] == []


def test_the_readme_fits_on_two_screens() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 120


def test_a_broken_link_and_an_anchor_are_read_as_github_reads_them() -> None:
    text = "# One, `two` & three\n[a](b.md#c) ![p](p.png)\n```text\n[no](no.md)\n```\n"
    assert pages.links(text) == ["b.md#c", "p.png"]
    assert pages.anchors(text) == {"one-two--three"}


def test_a_console_block_is_read_as_commands_with_their_output() -> None:
    block = next(pages.blocks("```console executed\n$ echo a\na\n$ true\n```\n"))
    assert block.words == ("console", "executed")
    assert list(pages.steps(block.text)) == [pages.Step("echo a", "a\n"), pages.Step("true", "")]


def test_the_table_of_rights_is_the_one_of_the_code() -> None:
    page = (ROOT / "docs" / "staff.md").read_text("utf-8")
    shown = [line.strip("| ").split(" |") for line in page.splitlines() if line.startswith("| ")][1:]
    expected = [[right.words, *("yes" if may(role, right.name) else "" for role in ROLES)] for right in MATRIX]
    assert [[cell.strip() for cell in [*line, *[""] * 5][:5]] for line in shown] == expected
