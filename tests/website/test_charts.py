"""The calendar and the chart of likes."""

from datetime import timedelta

from playlist_archive.archive.model import Reason, Unavailable
from playlist_archive.history.compare import Difference, Event, TextChange
from playlist_archive.history.timeline import song_of
from playlist_archive.website.charts import HEIGHT, POINTS, WIDTH, likes_chart, months, tally
from tests.builders import FIRST_DAY, track


def event(number: int, *songs: int) -> Event:
    added = tuple(song_of(track(song)) for song in songs)
    return Event(
        day=FIRST_DAY + timedelta(days=number),
        commit="c",
        title="A",
        difference=Difference(added=added),
        is_first=False,
    )


def test_a_month_has_whole_weeks_and_days_darker_by_what_changed() -> None:
    ((year, (month,)),) = months([event(3, *range(12)), event(1, 1)])
    assert (year, month.title) == (2026, "November 2026")
    assert {len(week) for week in month.weeks} == {7}
    days = [cell for week in month.weeks for cell in week if cell]
    assert [cell.day.day for cell in days] == list(range(1, 31))
    assert {cell.day.day: (cell.degree, cell.label) for cell in days if cell.degree} == {
        3: (1, "1 added"),
        5: (3, "12 added"),
    }


def test_months_without_a_change_are_left_out_and_the_newest_comes_first() -> None:
    found = dict(months([event(100, 1), event(0, 1)]))
    assert list(found) == [2027, 2026]
    assert [month.title for month in found[2027]] == ["February 2027"]


def test_likes_need_two_days_and_stay_within_the_field() -> None:
    assert likes_chart([(FIRST_DAY, 5)]) is None
    chart = likes_chart([(FIRST_DAY + timedelta(days=number), 1_000 + number % 7) for number in range(500)])
    assert chart
    assert (chart.lowest, chart.highest, len(chart.days)) == (1_000, 1_006, POINTS)
    points = [tuple(map(int, point.split(","))) for point in chart.points.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert (points[0][0], points[-1][0]) == (0, WIDTH)


def test_likes_that_stay_are_a_flat_line() -> None:
    chart = likes_chart([(FIRST_DAY, 5), (FIRST_DAY + timedelta(days=1), 5)])
    assert chart
    assert chart.points == f"0,{HEIGHT} {WIDTH},{HEIGHT}"


def test_a_tally_names_what_changed_and_whether_spotify_serves_it() -> None:
    gone = Unavailable(since=FIRST_DAY, reason=Reason.NOT_FOUND)
    closed = Unavailable(since=FIRST_DAY, reason=Reason.CLOSED)
    assert tally(Difference(texts=(TextChange("unavailable", None, gone),))) == "no longer served"
    assert tally(Difference(texts=(TextChange("unavailable", gone, None),))) == "served again"
    assert tally(Difference(texts=(TextChange("unavailable", gone, closed),))) == "not served for another reason"
    named = (TextChange("name", "a", "b"), TextChange("unavailable", gone, None))
    assert tally(Difference(added=(song_of(track(1)),), texts=named)) == "1 added, renamed, served again"
    assert tally(Difference(texts=(TextChange("likes", 1, 2),))) == "likes"
