"""Opening a source: files that are read only, URLs that make no sense."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from connector.ils.recognise import layout_of, looks_like
from connector.settings import SourceSettings
from connector.source import ColumnShape, Source
from crm.errors import SapaError, SourceSchemaMismatch, SourceUnavailable
from tests.unit.connector.sources import BOOKS, opened, write


def failure(url: str) -> list[str]:
    """Return the lines that are told where a source cannot be opened or read."""
    with pytest.raises(SapaError) as failed, Source(SourceSettings("main", "slims", url)) as source:
        layout_of(source)
    assert isinstance(failed.value, SourceUnavailable | SourceSchemaMismatch)
    return failed.value.lines(str)


@pytest.mark.parametrize(
    "name", ["a b.db", "a#b.db", "a?b.db", "50%.db", "100%25.db", "é.db", "a&mode=rw.db", "a'b.db"]
)
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, BOOKS)
    url = URL.create("sqlite", database=str(tmp_path / name)).render_as_string()
    with Source(SourceSettings("main", "slims", url)) as source:
        assert set(source.shape) == {"book"}


def test_a_file_is_never_written(tmp_path: Path) -> None:
    write(tmp_path / "s.db", BOOKS)
    with opened(tmp_path / "s.db") as source:
        with pytest.raises(SourceUnavailable, match="readonly"):
            source.rows("INSERT INTO book VALUES (1, 'x', '')")
        assert source.rows("SELECT count(*) FROM book") == [(0,)]


def test_however_many_threads_read_ahead_there_are_two_connections(tmp_path: Path) -> None:
    write(tmp_path / "s.db", BOOKS)
    with opened(tmp_path / "s.db") as source:
        alive: list[threading.Thread] = []
        release = threading.Event()
        for _ in range(20):  # threads that live on, so that no number of one is given to the next
            done = threading.Event()

            def read(done: threading.Event = done) -> None:
                source.rows("SELECT count(*) FROM book")
                done.set()
                release.wait(30)

            alive.append(threading.Thread(target=read))
            alive[-1].start()
            assert done.wait(30)
            source.rows("SELECT 1")
        assert len(source._connections) == 2
        release.set()
        for thread in alive:
            thread.join()


def test_columns_are_told_with_their_types(tmp_path: Path) -> None:
    write(tmp_path / "s.db", BOOKS)
    with opened(tmp_path / "s.db") as source:
        assert source.shape == {
            "book": {"id": ColumnShape("integer"), "title": ColumnShape("text"), "added": ColumnShape("text")}
        }


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    message, hint = failure(f"sqlite:///{tmp_path / 'gone.db'}")
    assert str(tmp_path / "gone.db") in message
    assert "database_url" in hint


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("Perpustakaan Daerah " * 100)
    message, hint = failure(f"sqlite:///{tmp_path / 's.db'}")
    assert "file is not a database" in message
    assert hint


@pytest.mark.parametrize(
    "url", ["postgresql://reader:pw-of-reader@h/slims", "slims", "", "mysql+nope://h/slims", "://"]
)
def test_a_url_of_another_kind_is_refused_with_one_that_would_do(url: str) -> None:
    message, hint = failure(url)
    assert message == "The database_url of source main is not one that Sapa understands."
    assert "mysql+pymysql://" in hint
    assert "pw-of-reader" not in message + hint


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ((), "shows no tables"),
        (("borrowers", "biblioitems"), "it looks like Koha"),
        (("ils_patron", "sync_bucket"), "it looks like Sapa"),
        (("wp_posts", "wp_users"), "it looks like WordPress"),
        (("apples", "pears"), "it looks like apples, pears"),
        (("a", "b", "c", "d", "e"), "it looks like a, b, c, d, …"),
        (("member", "biblio", "loan"), "lacks what Sapa needs: member.member_id, member.member_name"),
    ],
)
def test_what_is_not_slims_is_told_by_what_it_looks_like(tmp_path: Path, tables: tuple[str, ...], words: str) -> None:
    write(tmp_path / "s.db", "PRAGMA user_version = 1", *(f"CREATE TABLE {name} (id INTEGER)" for name in tables))
    message, hint = failure(f"sqlite:///{tmp_path / 's.db'}")
    assert words in message
    assert hint


def test_an_ils_that_sapa_cannot_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "s.db", BOOKS)
    settings = SourceSettings("main", "koha", f"sqlite:///{tmp_path / 's.db'}")
    with Source(settings) as source, pytest.raises(SourceSchemaMismatch, match="cannot read koha"):
        layout_of(source)


def test_a_few_tables_of_slims_are_enough_to_know_it() -> None:
    columns = {"id": ColumnShape("int")}
    assert looks_like({"loan": columns}) == "SLiMS"
    assert looks_like({"loan": columns, "apples": columns, "pears": columns}) != "SLiMS"


def test_a_certificate_that_is_not_there_is_told() -> None:
    settings = SourceSettings("main", "slims", "mysql+pymysql://u:p@127.0.0.1:9/slims?ssl_ca=/nowhere/ca.pem")
    with pytest.raises(SourceUnavailable, match="names cannot be read: No such file or directory"), Source(settings):
        pass
