"""What the command does when something is wrong: two lines, an exit code, no traceback."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from sapa.runtime import Runtime
from tests.functional.running import ROOT, Sapa, Start, Write

COMMANDS = (["sync"], ["verify"], ["status"], ["serve"], ["work"], ["db", "check"], ["db", "upgrade"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_configuration_every_command_points_to_init(sapa: Sapa, command: list[str]) -> None:
    result = sapa(*command)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Error: There is no configuration file config.toml.",
        "Run `sapa init` to write one, or name another with --config.",
    ]


def test_errors_are_told_in_the_language_that_can_be_guessed(sapa: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_LANGUAGE", "id")
    first = sapa("status").stderr.splitlines()[0]
    assert first == "Galat: Berkas konfigurasi config.toml tidak ada."


def test_a_mistyped_key_is_told_before_anything_is_done(sapa: Sapa, write_config: Write) -> None:
    path = write_config()
    path.write_text(path.read_text().replace("secret_key", "secrt_key"))
    result = sapa("sync")
    assert result.exit_code == 1
    assert "crm.secrt_key is nothing Sapa knows." in result.stderr
    assert "Did you mean secret_key?" in result.stderr
    assert not Path("sapa.db").exists()


@pytest.mark.parametrize("command", [["sync"], ["verify"]], ids=" ".join)
def test_an_unknown_source_names_the_nearest(sapa: Sapa, write_config: Write, command: list[str]) -> None:
    write_config()
    result = sapa(*command, "--source", "mian")
    assert result.exit_code == 1
    assert "There is no source called mian." in result.stderr
    assert "Did you mean main?" in result.stderr


def test_a_configuration_without_a_source_cannot_sync(sapa: Sapa, write_config: Write) -> None:
    path = write_config()
    path.write_text(path.read_text().partition("[[sources]]")[0])
    result = sapa("sync")
    assert result.exit_code == 1
    assert "names no source" in result.stderr


@pytest.mark.parametrize("command", [["sync"], ["status"], ["serve"], ["work"], ["db", "check"]], ids=" ".join)
def test_a_crm_database_in_a_folder_that_is_not_there_is_told(
    sapa: Sapa, write_config: Write, command: list[str]
) -> None:
    write_config(crm_url="sqlite:///nowhere/sapa.db")
    result = sapa(*command)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "nowhere" in result.stderr


def test_an_ils_that_does_not_answer_is_told_in_two_lines(sapa: Sapa, write_config: Write) -> None:
    write_config()
    result = sapa("sync")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "127.0.0.1" in result.stderr


def test_json_stays_one_document_when_a_source_fails(sapa: Sapa, write_config: Write) -> None:
    write_config()
    result = sapa("sync", "--json")
    assert result.exit_code == 1
    assert '"failed": {\n    "main": [' in result.stdout


def test_debug_adds_the_traceback(sapa: Sapa) -> None:
    result = sapa("--debug", "status")
    assert result.exit_code == 1
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.splitlines()[-2] == "Error: There is no configuration file config.toml."


def test_an_error_nobody_foresaw_is_one_line_and_a_way_on(sapa: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_runtime: Runtime) -> None:
        raise ZeroDivisionError("by nought\nand more")

    monkeypatch.setattr(Runtime, "engine", property(fall))
    result = sapa("status")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: Sapa did not expect this: ZeroDivisionError: by nought",
        "Run it again as `sapa --debug …` and send what it prints to the authors of Sapa.",
    ]
    assert "Traceback" in sapa("--debug", "status").stderr


def test_a_reader_that_goes_away_is_no_error(start: Start) -> None:
    process = start("--help")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(20) == 1
    assert process.stderr is not None
    assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", [["--help"], ["sync", "--help"], ["status"], ["status", "--json"], ["doctor"]])
def test_an_output_that_cannot_be_written_is_told_in_two_lines(
    start: Start, write_config: Write, command: list[str]
) -> None:
    write_config()
    with Path("/dev/full").open("w") as full:
        process = start(*command, stdout=full)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert errors.splitlines() == [
        "Error: The output cannot be written: No space left on device.",
        "Free some space, or write it elsewhere.",
    ]


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize("command", ["status", "status --json", "--help"])
def test_closed_streams_are_quiet(write_config: Write, command: str) -> None:
    write_config()
    line = f"exec {shlex.quote(sys.executable)} -m sapa {command}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = subprocess.run(
        ["sh", "-c", f"{line} <&- >&-"], capture_output=True, text=True, env=environment, check=False
    )
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert subprocess.run(["sh", "-c", f"{line} <&- >&- 2>&-"], env=environment, check=False).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_ctrl_c_at_a_question_ends_with_one_line_and_130(start: Start, tmp_path: Path) -> None:
    keyboard, screen = os.openpty()
    process = start("init", stdin=screen, stdout=screen, stderr=screen)
    read_until(keyboard, "Name of the library")
    assert interrupted(process) == 130
    assert read_until(keyboard, "Interrupted.").strip().endswith("Interrupted.")
    assert not (tmp_path / "config.toml").exists()
    os.close(keyboard)
    os.close(screen)


@pytest.mark.parametrize("module", ["click", "crm.words", "sapa.runtime"])
@pytest.mark.parametrize(("language", "line"), [("en", "Interrupted.\n"), ("id", "Dihentikan.\n")])
def test_ctrl_c_while_the_command_is_being_loaded_ends_with_one_line_and_130(
    monkeypatch: pytest.MonkeyPatch, module: str, language: str, line: str
) -> None:
    interrupt = (
        "import runpy, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "class Finger:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finger())\n"
        "runpy.run_module('sapa', run_name='__main__')\n"
    )
    monkeypatch.setenv("SAPA_LANGUAGE", language)
    done = subprocess.run([sys.executable, "-c", interrupt], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", line)


def test_ctrl_c_while_the_command_line_is_read_ends_with_one_line_and_130(
    sapa: Sapa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*given: object) -> Path:
        if given:
            raise KeyboardInterrupt
        return Path("config.toml")

    monkeypatch.setattr("sapa.config.find", interrupt)
    result = sapa("status")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted.\n")


def test_the_program_and_the_module_begin_in_the_same_place() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts == {"sapa": "sapa.__main__:main"}


def interrupted(process: subprocess.Popen[str]) -> int:
    """Press Ctrl-C until the process ends, for Python may miss it just when it begins to wait for a line."""
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(1)
    raise AssertionError("the process did not end")


def read_until(terminal: int, words: str) -> str:
    """Return what is shown on the terminal up to ``words``; pytest's own limit ends a wait in vain."""
    shown = ""
    while words not in shown:
        shown += os.read(terminal, 4096).decode()
    return shown


def test_a_question_that_nobody_can_answer_says_how_to_go_without(start: Start) -> None:
    process = start("init")
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "--yes" in errors.splitlines()[-1]
    assert output == ""


def test_the_module_is_the_command(start: Start) -> None:
    output, errors = start("--version").communicate(timeout=20)
    assert output.startswith("Sapa ")
    assert errors == ""
