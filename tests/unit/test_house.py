"""The house's own rules: nothing grows too large, names are ours alone, texts can be translated."""

from __future__ import annotations

import ast
import re
import sys
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


def imported() -> set[str]:
    """Return the top-level names that the packages import."""
    found = set()
    for path in sources(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def declared() -> set[str]:
    """Return the distributions that are installed with Sapa."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {re.split(r"[<>=!~\[; ]", line)[0] for line in project["dependencies"]}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    owners = {name: {owner.lower() for owner in owning} for name, owning in packages_distributions().items()}
    foreign = imported() - set(sys.stdlib_module_names) - set(PACKAGES)
    # Jinja2 and Werkzeug come with Flask; SQLAlchemy loads PyMySQL by its name; zoneinfo reads the data of tzdata.
    used = {next(iter(owners[name])) for name in foreign - {"jinja2", "werkzeug", "markupsafe"}}
    assert used | {"pymysql", "tzdata"} == declared()


def test_every_dependency_says_why_it_is_there() -> None:
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text("utf-8").lower()
    assert [name for name in declared() if f"\n| {name} |" not in page] == []
