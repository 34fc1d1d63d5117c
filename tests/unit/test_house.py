"""The house's own rules: nothing grows too large, names are ours alone, texts can be translated."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("connector", "crm", "plugin_ui", "sapa")
LARGEST_FUNCTION = 50
LARGEST_FILE = 400


def sources(*folders: str) -> list[Path]:
    """Return the Python files below ``folders``, or of the whole house."""
    tops = [ROOT / folder for folder in folders or (*PACKAGES, "bench", "tests", "tools")]
    return sorted(chain.from_iterable(top.rglob("*.py") for top in tops))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods and inner ones too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function from ``def`` to its last one."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def error_families() -> set[str]:
    """Return the names of the classes derived from SapaError, however far."""
    classes = [
        node
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    families = {"SapaError"}
    grown = True
    while grown:
        derived = {c.name for c in classes if {base.id for base in c.bases if isinstance(base, ast.Name)} & families}
        grown = not derived <= families
        families |= derived
    return families


def plain_texts(path: Path, families: set[str]) -> Iterator[str]:
    """Yield where an error is made with a text that is not marked by ``N_``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in families:
            for argument in node.args[:2]:
                if isinstance(argument, ast.JoinedStr | ast.BinOp) or (
                    isinstance(argument, ast.Constant) and argument.value
                ):
                    yield f"{path.relative_to(ROOT)}:{argument.lineno}"


def test_no_function_is_longer_than_fifty_lines() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name} has {length(function)} lines"
        for path in sources()
        for function in functions(path)
        if length(function) > LARGEST_FUNCTION
    ]
    assert too_long == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    counted = {path: len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert [f"{path.relative_to(ROOT)} has {n} lines" for path, n in counted.items() if n > LARGEST_FILE] == []


def test_the_size_rules_see_the_whole_house() -> None:
    seen = {path.relative_to(ROOT).parts[0] for path in sources()}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert seen == {folder for folder in folders - {"build", "dist", "demo"} if any((ROOT / folder).rglob("*.py"))}


def test_the_wheel_lists_exactly_the_packages_that_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert sorted(listed) == sorted(folders - {"bench", "tests", "tools"})
    assert sorted(listed) == sorted(project["tool"]["importlinter"]["root_packages"])


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_one_of_our_names(package: str) -> None:
    owners = set(packages_distributions().get(package, []))
    assert owners <= {"sapa"}


def test_every_package_says_what_it_is_for() -> None:
    silent = [path for path in sources(*PACKAGES) if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_every_text_of_an_error_can_be_translated() -> None:
    families = error_families()
    assert {"SapaError", "ConfigError", "SourceUnavailable"} <= families
    assert list(chain.from_iterable(plain_texts(path, families) for path in sources(*PACKAGES))) == []
