"""How many requests a day costs: what Spotify's quota is spent on (spotify-web-api.md, section 4)."""

from spotify_simulator.app import Simulator
from spotify_simulator.invented import InventedWorld

from .worlds import START, Row, bench, invented


def measure() -> list[Row]:
    """Requests of the first day, and of the most expensive of the seven days after it."""
    return [
        _row("200 of one's own, 100 songs, nothing changes", invented(200, change_share=0), as_user=True),
        _row("200 of one's own, 100 songs, a fifth changes", invented(200), as_user=True),
        _row("200 public ones, 100 songs, a fifth changes", invented(200), as_user=False),
        _row("50 public ones, 450 songs, a fifth changes", invented(50, size=450), as_user=False),
    ]


def _row(what: str, world: InventedWorld, *, as_user: bool) -> Row:
    with bench(Simulator(world, day=START), as_user=as_user) as archive:
        first, *others = (archive.run(day).requests for day in range(8))
    return {"requests a day": what, "first day": first, "later, at most": max(others), "a week": sum(others)}
