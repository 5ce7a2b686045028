"""Whole and consistent or not at all: reading against a Web API of a few lines whose quirks are set one by one."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from playlist_archive.archive.model import Snapshot
from playlist_archive.spotify.errors import (
    Closed,
    Inconsistent,
    InvalidLimit,
    NoSong,
    NotFound,
    SpotifyError,
    UnexpectedAnswer,
)
from playlist_archive.spotify.reader import Known, Reader, Unchanged
from tests.spotify.fake import client_of
from tests.virtual_time import run_virtual

ID = "0PlaylistOwnedByMe0000"
EMBEDDED_ROWS = 100

Answer = httpx.Response | dict[str, Any]


def song(number: int) -> dict[str, Any]:
    return {"id": str(number), "uri": f"spotify:track:{number}", "type": "track", "name": f"Song {number}"}


class Api:
    """Serves one playlist. A test sets what is odd: `before` sees each request first and may answer or change things.

    `asked` are the paths so far, with the offset where there is one, and `*` for requests without `fields`.
    """

    def __init__(self, rows: int, *, dialects: tuple[str, ...] = ("items",)) -> None:
        self.songs: list[dict[str, Any] | None] = [song(number) for number in range(rows)]
        self.dialects = dialects
        self.song_keys = {"items": "item", "tracks": "track"}
        self.snapshot = "one"
        self.owner = "me"
        self.most_rows = 100
        self.before: Callable[[httpx.Request], Answer | None] = lambda _: None
        self.changed_page: Callable[[dict[str, Any], bool], None] = lambda _page, _filtered: None
        self.asked: list[str] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        offset = request.url.params.get("offset")
        star = "" if "fields" in request.url.params else "*"
        self.asked.append(request.url.path.rpartition("/")[2].replace(ID, "first") + star + (offset or ""))
        await asyncio.sleep(0.1)
        answer = self.before(request) or self._usual(request)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def _usual(self, request: httpx.Request) -> Answer:
        fields = unquote(request.url.params.get("fields", ""))
        key = request.url.path.rpartition("/")[2]
        if key in self.dialects:
            if int(request.url.params["limit"]) > self.most_rows:
                return httpx.Response(400, json={"error": {"status": 400, "message": "Invalid limit"}})
            return self.page(int(request.url.params["offset"]), self.most_rows, fields)
        return self.playlist(fields)

    def playlist(self, fields: str = "") -> dict[str, Any]:
        embedded = {key: self._embedded(key, fields) for key in self.dialects if not fields or key in fields}
        return {"id": ID, "name": "N", "snapshot_id": self.snapshot, "owner": {"id": self.owner}} | embedded

    def _embedded(self, key: str, fields: str) -> dict[str, Any]:
        if f"{key}.total" in fields:
            return {"total": len(self.songs)}
        return self.page(0, EMBEDDED_ROWS, fields)

    def page(self, offset: int, rows: int, fields: str) -> dict[str, Any]:
        """A page; a filter that names the song by a key that this API does not know gives rows without it."""
        keys = [self.song_keys[dialect] for dialect in self.dialects]
        asked = [name for name in keys if not fields or re.search(rf"\b{name}\(", fields)]
        items = [dict.fromkeys(asked, each) for each in self.songs[offset : offset + rows]]
        end = offset + len(items)
        page = {"items": items, "total": len(self.songs), "offset": offset, "next": None}
        page["next"] = "https://api.test/v1/elsewhere" if end < len(self.songs) else None
        self.changed_page(page, bool(fields))
        return page


def with_reader(api: Api, use: Callable[[Reader], Coroutine[Any, Any, None]], *, default_budget: bool = False) -> None:
    async def run() -> None:
        async with client_of(api.answer, max_requests=400 if default_budget else None) as client:
            await use(Reader(client, default_budget=default_budget))

    run_virtual(run())


def read(api: Api, known: Known | None = None) -> Snapshot | Unchanged:
    """What one read of the playlist gives."""
    results: list[Snapshot | Unchanged] = []

    async def use(reader: Reader) -> None:
        results.append(await reader.read(ID, known=known))

    with_reader(api, use)
    return results[0]


def rows_of(seen: Snapshot | Unchanged) -> int:
    assert isinstance(seen, Snapshot)
    assert [item.name for item in seen.items] == [f"Song {number}" for number in range(len(seen.items))]
    return len(seen.items)


def failure(api: Api) -> SpotifyError:
    with pytest.raises(SpotifyError) as caught:
        read(api)
    return caught.value


# Requests


@pytest.mark.parametrize("rows", [0, 1, 99, 100])
def test_a_playlist_of_up_to_100_rows_is_one_request(rows: int) -> None:
    api = Api(rows)
    assert rows_of(read(api)) == rows
    assert api.asked == ["first"]


@pytest.mark.parametrize(
    ("rows", "pages"),
    [(101, ["items100"]), (200, ["items100"]), (201, ["items100", "items200"])],
)
def test_a_longer_playlist_is_read_page_by_page_and_confirmed(rows: int, pages: list[str]) -> None:
    api = Api(rows)
    assert rows_of(read(api)) == rows
    assert api.asked == ["first", *pages, "first"]


def test_a_longer_playlist_that_is_known_is_one_request() -> None:
    api = Api(250)
    assert read(api, Known("one", 250)) == Unchanged(likes=None)
    assert api.asked == ["first"]


@pytest.mark.parametrize("known", [Known("other", 250), Known("one", 249)])
def test_a_longer_playlist_is_read_where_snapshot_or_number_of_rows_is_another(known: Known) -> None:
    assert rows_of(read(Api(250), known)) == 250


def test_spotifys_own_playlists_count_as_known_where_their_snapshot_stays() -> None:
    api = Api(250)
    api.owner = "spotify"
    assert read(api, Known("one", 250)) == Unchanged(likes=None)
    assert api.asked == ["first"]


def test_spotifys_own_playlists_whose_snapshot_stayed_are_not_read_twice() -> None:
    api = Api(250)
    api.owner = "spotify"
    assert rows_of(read(api)) == 250
    assert api.asked == ["first", "items100", "items200", "first"]


def test_the_offset_advances_by_the_rows_that_came() -> None:
    api = Api(160)

    def clamp(page: dict[str, Any], _: bool) -> None:  # noqa: FBT001 - the shape of the hook
        if page["offset"]:
            page["items"] = page["items"][:25]

    api.changed_page = clamp
    assert rows_of(read(api)) == 160
    assert api.asked == ["first", "items100", "items125", "items150", "first"]


# Page size


def test_a_refused_page_size_is_lowered_for_the_rest_of_the_run() -> None:
    api = Api(201)
    api.most_rows = 50

    async def use(reader: Reader) -> None:
        for _ in range(2):
            assert rows_of(await reader.read(ID)) == 201

    with_reader(api, use)
    once = ["items100", "items150", "items200", "first"]
    assert api.asked == ["first", "items100", *once, "first", *once]


def test_requests_under_way_with_the_refused_page_size_are_all_asked_again() -> None:
    api = Api(201)
    api.most_rows = 50

    async def use(reader: Reader) -> None:
        seen = await asyncio.gather(*(reader.read(ID) for _ in range(5)))
        assert [rows_of(each) for each in seen] == [201] * 5

    with_reader(api, use)


def test_a_page_size_that_is_refused_however_small_fails_the_playlist() -> None:
    api = Api(201)
    api.most_rows = 10
    assert isinstance(failure(api), InvalidLimit)


# Consistency


def change_at(path: str, change: Callable[[], object]) -> Callable[[httpx.Request], None]:
    """Lets `change` happen before the first request that `path` names is answered."""
    left = [change]

    def before(request: httpx.Request) -> None:
        if left and f"{request.url.path}?{request.url.params.get('offset', '')}".endswith(path):
            left.pop()()

    return before


def test_a_row_that_goes_between_two_pages_makes_the_playlist_be_read_again() -> None:
    api = Api(250)
    api.before = change_at("/items?200", api.songs.pop)
    assert rows_of(read(api)) == 249
    assert api.asked == ["first", "items100", "items200", "first*", "items*100", "items*200", "first*"]


def test_rows_that_change_places_show_in_the_snapshot() -> None:
    api = Api(250)

    def swap() -> None:
        api.songs[0], api.songs[249] = api.songs[249], api.songs[0]
        api.snapshot = "two"

    api.before = change_at("/items?200", swap)
    seen = read(api)
    assert isinstance(seen, Snapshot)
    assert seen.snapshot_id == "two"
    assert len({item.uri for item in seen.items}) == 250


def other_snapshots(api: Api, *, asked: int, then: Callable[[], object]) -> None:
    """Makes it one of Spotify's own, whose snapshot is always another; `then` happens after `asked` requests."""
    api.owner = "spotify"

    def before(_: httpx.Request) -> None:
        api.snapshot = f"snapshot {len(api.asked)}"
        if len(api.asked) == asked + 1:
            then()

    api.before = before


def test_all_rows_of_spotifys_own_playlists_are_compared_instead_of_the_snapshot() -> None:
    api = Api(150)
    other_snapshots(api, asked=99, then=lambda: None)
    assert rows_of(read(api)) == 150
    assert api.asked == ["first", "items100"] * 2


@pytest.mark.parametrize("asked", [1, 2, 3, 4])
@pytest.mark.parametrize("changed", [[0], [149], [150, 249], [249]])
def test_a_change_to_spotifys_own_playlists_is_seen_wherever_it_is(asked: int, changed: list[int]) -> None:
    api = Api(250)
    old = [f"spotify:track:{number}" for number in range(250)]
    new = [f"spotify:track:{number + 1000 if number in changed else number}" for number in range(250)]

    def change() -> None:
        for number in changed:
            api.songs[number] = song(number + 1000)

    other_snapshots(api, asked=asked, then=change)
    seen = read(api)
    assert isinstance(seen, Snapshot)
    assert [item.uri for item in seen.items] in (old, new)


def test_a_playlist_that_never_rests_fails_after_two_reads() -> None:
    api = Api(150)

    def grow(request: httpx.Request) -> None:
        if "offset" in request.url.params:
            api.songs.append(song(len(api.songs)))

    api.before = grow
    assert isinstance(failure(api), Inconsistent)
    assert api.asked == ["first", "items100", "first*", "items*100"]


def on_pages(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any], bool], None]:
    """Changes the pages after the first one."""
    return lambda page, _: change(page) if page["offset"] else None  # type: ignore[return-value] # unused


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page["items"].clear(),
        lambda page: page.update(total=149),
        lambda page: page.update(total=151),
        lambda page: page.update(offset=0),
        lambda page: page["items"].append({"item": song(0)}),
    ],
    ids=["empty", "lower total", "higher total", "another offset", "one row too many"],
)
def test_a_page_that_does_not_fit_is_never_fewer_or_more_rows(change: Callable[[dict[str, Any]], object]) -> None:
    api = Api(150)
    api.changed_page = on_pages(change)
    assert isinstance(failure(api), Inconsistent)


@pytest.mark.parametrize(
    "href",
    [
        "https://api.spotify.com/v1/playlists/0PlaylistOwnedByMe0000/items?offset=0&limit=100",
        "https://api.spotify.com/v1/playlists/0PlaylistOfSomeoneElse/items?offset=100&limit=100",
        "https://api.spotify.com/v1/users/me/playlists/0PlaylistOfSomeoneElse/tracks?offset=100",
    ],
    ids=["another offset", "another playlist", "another playlist, as before 2018"],
)
def test_a_page_that_says_it_is_another_one_is_not_believed(href: str) -> None:
    api = Api(150)
    api.changed_page = on_pages(lambda page: page.update(href=href))
    assert isinstance(failure(api), Inconsistent)


def test_the_rows_of_another_playlist_under_the_right_id_are_not_believed() -> None:
    api = Api(50)
    href = "https://api.spotify.com/v1/playlists/0PlaylistOfSomeoneElse/items?offset=0&limit=100"
    api.changed_page = lambda page, _: page.update(href=href)
    assert isinstance(failure(api), Inconsistent)


@pytest.mark.parametrize(
    "href", [None, "", "nonsense", "https://api.spotify.com/v1/elsewhere?offset=x", "//[", "?offset=²"]
)
def test_an_address_that_says_nothing_is_no_contradiction(href: str | None) -> None:
    api = Api(150)
    api.changed_page = lambda page, _: page.update(href=href)
    assert rows_of(read(api)) == 150


@pytest.mark.parametrize(("rows", "last"), [(200, 100), (250, 100), (250, 200), (101, 100)])
def test_a_page_that_repeats_rows_of_an_earlier_one_is_not_believed(rows: int, last: int) -> None:
    api = Api(rows)

    def repeat(page: dict[str, Any], _: bool) -> None:  # noqa: FBT001 - the shape of the hook
        if page["offset"] == last:
            page["items"] = [{"item": each} for each in api.songs[: len(page["items"])]]

    api.changed_page = repeat
    assert isinstance(failure(api), Inconsistent)


def test_a_server_that_gives_the_first_page_whatever_is_asked_is_not_believed() -> None:
    api = Api(150)
    api.changed_page = on_pages(lambda page: page.update(items=[{"item": each} for each in api.songs[:50]]))
    assert isinstance(failure(api), Inconsistent)


@pytest.mark.parametrize("rows", [101, 150, 200])
def test_a_playlist_that_holds_the_same_songs_twice_is_read_for_one_more_request(rows: int) -> None:
    api = Api(100)
    api.songs += api.songs[: rows - 100]
    seen = read(api)
    assert isinstance(seen, Snapshot)
    assert len(seen.items) == rows
    assert api.asked == ["first", "items100", "items99", "first"]


def totals(items: int, tracks: int) -> Api:
    """An answer that has its contents twice, with these totals."""
    api = Api(50, dialects=("items", "tracks"))
    whole = api.playlist

    def playlist(fields: str = "") -> dict[str, Any]:
        answer = whole(fields)
        answer["items"] |= {"total": items}
        answer["tracks"] |= {"total": tracks}
        return answer

    api.playlist = playlist  # type: ignore[method-assign] # one answer is odd
    return api


def test_totals_that_differ_are_not_believed() -> None:
    assert rows_of(read(totals(50, 50))) == 50
    error = failure(totals(0, 50))
    assert isinstance(error, Inconsistent)
    assert "has 0 rows, and that it has 50" in str(error)


def test_the_examples_that_contradict_themselves_are_not_believed(examples: Path) -> None:
    playlist = json.loads((examples / "doubtful/playlist-totals-disagree.json").read_text(encoding="utf-8"))
    first = json.loads((examples / "items-page-first-of-two.json").read_text(encoding="utf-8"))
    second = json.loads((examples / "doubtful/items-page-repeats-the-first.json").read_text(encoding="utf-8"))

    whole = {"id": ID, "snapshot_id": "one", "owner": {"id": "me"}, "items": first}
    ours = json.loads(json.dumps(first | {"items": second["items"]}).replace('"offset": 0', '"offset": 2'))
    for embedded, page in ((playlist | {"id": ID}, {}), (whole, second), (whole, ours)):
        api = Api(0)
        api.before = lambda request, embedded=embedded, page=page: (  # type: ignore[misc] # the loop's own
            page if "offset" in request.url.params else embedded
        )
        assert isinstance(failure(api), Inconsistent)


def test_a_playlist_with_fewer_rows_than_the_library_says_is_not_believed() -> None:
    for listed, expected in ((50, 50), (51, None), (49, 50)):
        api = Api(50)
        row = {"id": ID, "snapshot_id": "one", "owner": {"id": "me"}, "items": {"total": listed}}
        page = {"items": [row], "total": 1, "limit": 50}
        api.before = lambda request, page=page: page if request.url.path.endswith("/me/playlists") else None  # type: ignore[misc]

        async def use(reader: Reader, expected: int | None = expected) -> None:
            await reader.library()
            if expected is None:
                with pytest.raises(Inconsistent, match="says that the playlist has 51 rows"):
                    await reader.read(ID)
            else:
                assert rows_of(await reader.read(ID)) == expected

        with_reader(api, use)


def test_a_row_of_the_library_that_contradicts_itself_is_as_if_it_were_not_listed() -> None:
    row = {"id": "a", "snapshot_id": "s", "owner": {"id": "me"}, "items": {"total": 1}, "tracks": {"total": 2}}
    assert library_of(lambda _: {"items": [row], "total": 1, "limit": 50})[0] == []


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_page_that_is_refused_once_makes_the_playlist_be_read_again(status: int) -> None:
    api = Api(150)
    refusals = [httpx.Response(status)]
    api.before = lambda request: refusals.pop() if "offset" in request.url.params and refusals else None
    assert rows_of(read(api)) == 150


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_page_that_is_always_refused_fails_the_playlist_and_says_why(status: int) -> None:
    api = Api(150)
    api.before = lambda request: httpx.Response(status) if "offset" in request.url.params else None
    error = failure(api)
    assert isinstance(error, Inconsistent)
    assert "not its rows from 100 on" in str(error)
    assert error.status == status


def test_a_playlist_that_goes_while_it_is_read_is_not_found() -> None:
    api = Api(150)

    def gone(_: httpx.Request) -> httpx.Response | None:
        return httpx.Response(404) if len(api.asked) > 1 else None

    api.before = gone
    assert isinstance(failure(api), NotFound)


# `fields`


def test_a_total_that_fields_made_too_low_is_found_out_by_more_rows() -> None:
    api = Api(150)
    api.changed_page = lambda page, filtered: page.update(total=50) if filtered else None
    assert rows_of(read(api)) == 150
    assert api.asked == ["first", "first*", "items*100", "first*"]


def test_a_total_and_rows_that_fields_made_too_few_are_found_out_by_the_next_page() -> None:
    api = Api(80)

    def cap(page: dict[str, Any], filtered: bool) -> None:  # noqa: FBT001 - the shape of the hook
        if filtered:
            page.update(total=50, items=page["items"][:50], next="https://api.test/v1/elsewhere")

    api.changed_page = cap
    assert rows_of(read(api)) == 80
    assert api.asked == ["first", "first*"]


def test_a_next_page_that_the_total_denies_is_a_contradiction_with_and_without_fields() -> None:
    api = Api(80)
    api.changed_page = lambda page, _: page.update(next="https://api.test/v1/elsewhere")
    assert isinstance(failure(api), Inconsistent)
    assert api.asked == ["first", "first*"]


def test_rows_without_a_song_are_asked_for_without_fields_and_so_are_all_from_then_on() -> None:
    api = Api(150, dialects=("items",))
    api.song_keys["items"] = "track"  # a proxy between the dialects

    async def use(reader: Reader) -> None:
        for _ in range(2):
            assert rows_of(await reader.read(ID)) == 150

    with_reader(api, use)
    assert api.asked == ["first", *(["first*", "items*100", "first*"] * 2)]


def test_rows_that_have_no_song_at_all_fail_the_playlist() -> None:
    api = Api(80)
    api.song_keys["items"] = "something_new"  # a dialect of the future
    assert isinstance(failure(api), NoSong)


# Absence


def test_an_empty_playlist_is_empty() -> None:
    assert rows_of(read(Api(0))) == 0


def test_a_playlist_of_removed_songs_is_full_of_them() -> None:
    api = Api(3)
    api.songs = [None, None, None]
    seen = read(api)
    assert isinstance(seen, Snapshot)
    assert (seen.items, seen.null_items) == ((), 3)


def test_a_playlist_without_contents_is_closed_and_no_empty_one(examples: Path) -> None:
    api = Api(3)
    body = (examples / "playlist-development-not-owned.json").read_text(encoding="utf-8")
    api.before = lambda _: httpx.Response(200, text=body.replace("0PlaylistOfSomeoneElse", ID))
    assert isinstance(failure(api), Closed)
    assert api.asked == ["first"]


def test_contents_that_are_only_counted_are_unexpected() -> None:
    api = Api(3)
    api.before = lambda _: {"id": ID, "snapshot_id": "s", "owner": {}, "items": {"total": 3}}
    assert isinstance(failure(api), UnexpectedAnswer)


def test_the_answer_for_another_playlist_is_refused() -> None:
    api = Api(3)
    api.before = lambda _: api.playlist() | {"id": "another"}
    assert "another one" in str(failure(api))


# Dialects and the class of the app


@pytest.mark.parametrize("dialects", [("items",), ("tracks",), ("items", "tracks")])
@pytest.mark.parametrize("rows", [80, 250])
def test_every_dialect_gives_the_same(dialects: tuple[str, ...], rows: int) -> None:
    assert rows_of(read(Api(rows, dialects=dialects))) == rows


def test_the_dialect_is_learned_once_even_by_many_at_once() -> None:
    api = Api(80, dialects=("tracks",))

    async def use(reader: Reader) -> None:
        seen = await asyncio.gather(*(reader.read(ID) for _ in range(5)))
        assert [rows_of(each) for each in seen] == [80] * 5
        api.asked.clear()
        await reader.read(ID)
        assert api.asked == ["first"]

    with_reader(api, use)


def test_one_odd_answer_does_not_spoil_the_dialect_for_the_others() -> None:
    api = Api(80)

    async def use(reader: Reader) -> None:
        api.dialects = ("tracks",)
        assert rows_of(await reader.read(ID)) == 80
        api.dialects = ("items",)
        assert rows_of(await reader.read(ID)) == 80

    with_reader(api, use)


@pytest.mark.parametrize(
    ("dialects", "restricted"), [(("items",), True), (("items", "tracks"), False), (("tracks",), False)]
)
def test_the_keys_tell_the_class_of_the_app(dialects: tuple[str, ...], *, restricted: bool) -> None:
    async def use(reader: Reader) -> None:
        await reader.read(ID)
        assert reader.restricted is restricted
        assert reader.client.budget.limit == (400 if restricted else None)

    with_reader(Api(3, dialects=dialects), use, default_budget=True)


def test_a_limit_that_was_set_stays() -> None:
    async def use(reader: Reader) -> None:
        await reader.read(ID)
        assert reader.restricted
        assert reader.client.budget.limit is None

    with_reader(Api(3), use)


# The library


def library_of(pages: Callable[[int], dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The ids in the library, and what was asked for."""
    api = Api(0)
    ids: list[str] = []
    api.before = lambda request: pages(int(request.url.params["offset"]))

    async def use(reader: Reader) -> None:
        ids.extend(await reader.library())

    with_reader(api, use)
    return ids, api.asked


def library_page(ids: list[str | None], *, total: int, limit: int = 50) -> dict[str, Any]:
    rows = [{"id": each, "snapshot_id": "s", "owner": {"id": "me"}} if each else None for each in ids]
    return {"items": rows, "total": total, "limit": limit, "next": "https://api.test/v1/users/me/playlists?offset=1"}


def test_the_library_is_read_by_the_limit_of_its_pages_and_skips_what_is_null() -> None:
    ids, asked = library_of(lambda offset: library_page([f"p{offset}", None], total=45, limit=20))
    assert ids == ["p0", "p20", "p40"]
    assert asked == ["playlists*0", "playlists*20", "playlists*40"]


def test_an_empty_page_ends_the_library() -> None:
    ids, asked = library_of(lambda offset: library_page([] if offset else ["a"], total=100_000))
    assert (ids, len(asked)) == (["a"], 2)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_library_that_would_never_end_is_refused(limit: int) -> None:
    with pytest.raises(UnexpectedAnswer, match="limit"):
        library_of(lambda _: library_page(["a"], total=1000, limit=limit))


def test_a_library_larger_than_any_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="total"):
        library_of(lambda offset: library_page([f"{offset}"], total=10**9))


def test_a_library_in_pages_of_one_row_is_refused_after_the_first() -> None:
    with pytest.raises(UnexpectedAnswer, match="limit of 1 and a total of 2000"):
        library_of(lambda offset: library_page([f"{offset}"], total=2_000, limit=1))


def library_for(wanted: set[str], *, total: int, max_requests: int | None = None) -> int:
    """How many pages are read of a library that has none of the wanted ones."""
    api = Api(0)
    api.before = lambda request: library_page([f"p{request.url.params['offset']}"] * 50, total=total)

    async def run() -> None:
        async with client_of(api.answer, max_requests=max_requests) as client:
            await Reader(client, default_budget=False).library(wanted)

    run_virtual(run())
    return len(api.asked)


@pytest.mark.parametrize(
    ("wanted", "total", "max_requests", "pages"),
    [
        (0, 600, None, 0),
        (1, 600, None, 0),
        (5, 600, 10, 1),
        (5, 250, 10, 4),
        (100, 600, None, 12),
        (100, 600, 10, 5),
        (100, 600, 3, 1),
    ],
)
def test_a_library_is_read_only_for_what_it_may_spare(
    wanted: int, total: int, max_requests: int | None, pages: int
) -> None:
    names = {f"wanted {number}" for number in range(wanted)}
    assert library_for(names, total=total, max_requests=max_requests) == pages


def test_a_library_is_read_no_further_than_to_the_last_one_that_is_wanted() -> None:
    assert library_for({"p0", "p50"}, total=100) == 1
    assert library_for({"p0", "p50", "p100"}, total=5_000) == 1


def test_an_empty_library_is_one_request() -> None:
    assert library_of(lambda _: library_page([], total=0)) == ([], ["playlists*0"])
