"""The pages: what the copy holds, in two languages, and nothing a stranger could use."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update

from crm.database import writing
from crm.i18n import Message
from crm.locks import running_alone
from crm.schema import ils, sync
from tests.library_pages import AS_OF, NOW
from tests.staffing import sign_in


@pytest.fixture
def client(app: Flask, engine: Engine) -> FlaskClient:
    """Visit the pages as somebody who may see figures only."""
    visitor = app.test_client()
    sign_in(visitor, engine, "viewer", now=NOW)
    return visitor


@pytest.fixture
def source(engine: Engine) -> int:
    """Put a finished copy into the database: one branch, 1,200 loans of which one is gone, two rejected patrons."""
    stamps = {"source_id": 1, "first_seen_at": AS_OF}
    loans = [{"key": key, "is_open": False, "gone_at": AS_OF if key == 0 else None, **stamps} for key in range(1_201)]
    reject = {"source_id": 1, "entity": "patron", "position": 1, "reason": "x", "seen_at": AS_OF}
    run = {"source_id": 1, "started_at": AS_OF, "finished_at": NOW, "outcome": "review"}
    with writing(engine) as connection:
        connection.execute(insert(ils.source).values(id=1, name="main", ils="slims", version="9.7.0", as_of=AS_OF))
        connection.execute(insert(ils.branch).values(key="001", key_hash=1, name="Pusat", **stamps))
        connection.execute(insert(ils.loan), loans)
        connection.execute(insert(ils.reject), [{"key": "a", **reject}, {"key": "b", **reject}])
        connection.execute(insert(sync.run).values(**run))
    return 1


def change(engine: Engine, **values: object) -> None:
    with writing(engine) as connection:
        connection.execute(update(ils.source).values(**values))


def finish(engine: Engine, **values: object) -> None:
    with writing(engine) as connection:
        connection.execute(update(sync.run).values(**values))


def words(page: str) -> str:
    """Return what a reader sees of a page."""
    return " ".join(
        re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition(">")[2].partition("</main>")[0]).split()
    )


@pytest.mark.usefixtures("source")
def test_the_status_page_tells_counts_age_and_run_in_the_librarys_language(client: FlaskClient) -> None:
    text = words(client.get("/settings/copy").text)
    assert "Salinan data perpustakaan" in text
    assert "main SLiMS 9.7.0" in text
    assert "Data per 24 Nov 2026 10.32 WIB 5 menit yang lalu" in text
    assert "peminjaman 1.200 1 0" in text
    assert "pemustaka 0 0 2" in text
    assert "Proses terakhir: selesai, perlu dilihat, 24 Nov 2026 10.32 WIB, selama 5 menit" in text


@pytest.mark.usefixtures("source")
def test_a_language_that_was_chosen_is_remembered(client: FlaskClient) -> None:
    chosen = client.get("/settings/copy?language=en")
    assert "Data as of 24 Nov 2026 10:32 WIB" in words(chosen.text)
    assert "loans 1,200 1 0" in words(chosen.text)
    assert '<html lang="en">' in chosen.text
    cookie = chosen.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "The copy of the library's data" in words(client.get("/settings/copy").text.replace("&#39;", "'"))


@pytest.mark.parametrize("wish", ["fr", "", "<script>"])
def test_a_language_sapa_does_not_speak_changes_nothing(client: FlaskClient, wish: str) -> None:
    answer = client.get("/settings/copy", query_string={"language": wish})
    assert '<html lang="id">' in answer.text
    assert client.get_cookie("sapa_language") is None


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize(
    ("as_of", "outcome", "badge"),
    [
        (AS_OF, "done", "mutakhir"),
        (AS_OF, "running", "mutakhir"),
        (datetime(2026, 11, 24, 3, 21), "done", "terlambat"),
        (None, "running", "salinan pertama berjalan"),
        (AS_OF, "failed", "proses terakhir gagal"),
        (None, "failed", "proses terakhir gagal"),
        (AS_OF, "review", "mutakhir"),
    ],
)
def test_the_badge_tells_the_state(
    client: FlaskClient, engine: Engine, as_of: datetime | None, outcome: str, badge: str
) -> None:
    change(engine, as_of=as_of)
    finish(engine, outcome=outcome)
    with running_alone(engine, "main", 0) if outcome == "running" else nullcontext():
        assert f"SLiMS 9.7.0 {badge} " in words(client.get("/settings/copy").text)


@pytest.mark.usefixtures("source")
def test_a_copy_whose_sync_stopped_at_an_emptied_table_is_not_called_up_to_date(
    client: FlaskClient, engine: Engine
) -> None:
    emptied = Message("Source {source} has no {entity} at all any more.", {"source": "main", "entity": "patrons"})
    finish(engine, outcome="review", report={"error": emptied.as_json()})
    text = words(client.get("/settings/copy").text)
    assert "SLiMS 9.7.0 berhenti, perlu dilihat " in text
    assert "Proses terakhir: berhenti, perlu dilihat, 24 Nov 2026" in text


@pytest.mark.usefixtures("source")
def test_a_run_that_was_killed_does_not_go_on_for_ever(client: FlaskClient, engine: Engine) -> None:
    finish(engine, outcome="running", finished_at=None)
    text = words(client.get("/settings/copy").text)
    assert "SLiMS 9.7.0 proses terakhir gagal " in text
    assert "Proses terakhir: gagal (dihentikan), sejak 24 Nov 2026 10.32 WIB" in text


@pytest.mark.usefixtures("source")
def test_a_run_that_goes_on_tells_since_when(client: FlaskClient, engine: Engine) -> None:
    finish(engine, outcome="running", finished_at=None)
    with running_alone(engine, "main", 0):
        assert "Proses terakhir: berjalan, sejak 24 Nov 2026 10.32 WIB" in words(client.get("/settings/copy").text)


@pytest.mark.usefixtures("source")
def test_a_run_that_was_interrupted_says_so_and_no_other_reason_is_shown(client: FlaskClient, engine: Engine) -> None:
    finish(engine, outcome="failed", report={"error": Message("interrupted").as_json()})
    assert "Proses terakhir: gagal (dihentikan), 24 Nov 2026 10.32 WIB" in words(client.get("/settings/copy").text)
    refused = Message("The server at {place} refused.", {"place": "10.0.0.7:3306"})
    finish(engine, outcome="failed", report={"error": refused.as_json()})
    text = words(client.get("/settings/copy").text)
    assert "Proses terakhir: gagal, 24 Nov 2026 10.32 WIB" in text
    assert "10.0.0.7" not in text


def test_before_the_first_copy_the_page_says_how_to_make_it(client: FlaskClient) -> None:
    text = words(client.get("/settings/copy").text)
    assert "Belum ada salinan" in text
    assert "sapa sync" in text


def test_names_are_shown_as_they_are_written(client: FlaskClient) -> None:
    page = client.get("/settings/copy").text
    assert "Perpustakaan &lt;Daerah&gt;" in page
    assert "<Daerah>" not in page


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/static/sapa.css"])
def test_every_answer_keeps_to_itself(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_no_page_loads_or_runs_anything_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert loaded
    assert [address for address in loaded if not address.startswith(("/", "?", "#"))] == []
    assert "<script" not in page
    assert "style=" not in page
    for address in {address for address in loaded if address.startswith("/")}:
        with client.get(address) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize(("language", "title"), [("id", "Halaman ini tidak ada"), ("en", "There is no such page")])
def test_a_page_that_does_not_exist_says_so(client: FlaskClient, language: str, title: str) -> None:
    answer = client.get(f"/nowhere?language={language}")
    assert answer.status_code == 404
    assert title in words(answer.text)


def test_a_way_of_asking_that_is_not_offered_is_told(client: FlaskClient) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert "Ini tidak dapat dilakukan" in words(answer.text)


def test_a_fault_of_the_program_shows_nothing_of_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_engine: Engine) -> None:
        raise ZeroDivisionError("Siti Aminah")

    monkeypatch.setattr("plugin_ui.staff.status.copy_status", fall)
    answer = client.get("/settings/copy")
    assert answer.status_code == 500
    assert "Ada yang tidak beres di sini" in words(answer.text)
    assert "Siti" not in answer.text


def test_health_tells_the_age_of_every_copy(client: FlaskClient, source: int) -> None:
    assert source == 1
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "sources": {"main": "2026-11-24T03:32:00Z"}}


@pytest.mark.usefixtures("source")
def test_health_has_no_age_before_the_first_copy_is_whole(client: FlaskClient, engine: Engine) -> None:
    change(engine, as_of=None)
    assert client.get("/healthz").json == {"database": "ok", "sources": {"main": None}}


def test_a_database_that_cannot_be_read_is_told_to_machines_and_people(
    client: FlaskClient, engine: Engine, tmp_path: Path
) -> None:
    engine.dispose()
    for file in tmp_path.glob("crm.db*"):
        file.unlink()
    (tmp_path / "crm.db").mkdir()
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.json == {"database": "unavailable", "sources": {}}
    page = client.get("/settings/copy")
    assert page.status_code == 503
    assert "Data sedang tidak dapat dibaca" in words(page.text)
    assert str(tmp_path) not in page.text
