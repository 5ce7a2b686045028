"""`site --serve`: the newest website at an address of this machine."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.record_file import record_text
from playlist_archive.website.serve import Fresh, listening
from tests.builders import playlist_id, record, track
from tests.website.sites import SHARED, Website, built, day, seen, website


@pytest.fixture
def made(tmp_path: Path) -> Website:
    return website(tmp_path, [(day(0), seen(1, 1))])


@pytest.fixture
def client(made: Website) -> Iterator[httpx.Client]:
    fresh = Fresh(made.root, lambda: built(made.root, made.out))
    with listening(made.out, 0, fresh, base=SHARED.base) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", trust_env=False) as found:
            yield found
        server.shutdown()
        thread.join()


def test_it_listens_on_this_machine_alone(made: Website) -> None:
    with listening(made.out, 0, lambda: None) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_page_is_made_anew_when_the_archive_changed(made: Website, client: httpx.Client) -> None:
    page = f"/playlists/{playlist_id(1)}.html"
    assert "Song 9" not in client.get(page).text
    changed = record([track(9)])
    (made.root / data(playlist_id(1))).write_text(record_text(changed), encoding="utf-8")
    assert "Song 9" in client.get(page).text


def test_nothing_is_built_where_nothing_changed(made: Website) -> None:
    count: list[int] = []
    fresh = Fresh(made.root, lambda: count.append(1))
    fresh()
    fresh()
    assert count == [1]
    (made.root / "registry" / playlist_id(1)).write_text("Mine")
    fresh()
    assert count == [1, 1]


def test_files_are_served_as_pages_serves_them(client: httpx.Client) -> None:
    assert client.get("/").headers["content-type"] == "text/html"
    assert client.get(f"{SHARED.base}index.html").status_code == 200
    timeline = client.get(f"/timelines/{playlist_id(1)}.json.gz")
    assert (timeline.headers["content-type"], "content-encoding" in timeline.headers) == ("application/gzip", False)
    missing = client.get("/nothing.html")
    assert (missing.status_code, "Nothing is here" in missing.text) == (404, True)
    assert client.get("/../archive/registry").status_code == 404
