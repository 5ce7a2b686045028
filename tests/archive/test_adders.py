from playlist_archive.archive.adders import record_without_adders, without_adders
from tests.builders import item, record, snapshot, track

GONE = {"removed": "2026-11-20"}


def test_a_snapshot_loses_the_ids_and_nothing_else() -> None:
    seen = snapshot([item(1, added_by="somebody"), item(2)])
    assert without_adders(seen) == snapshot([item(1), item(2)])


def test_a_record_loses_the_ids_and_nothing_else() -> None:
    known = record(
        [track(1, added_by="somebody"), track(2)], removed=[track(3, added_by="another", **GONE), track(4, **GONE)]
    )
    assert record_without_adders(known) == record([track(1), track(2)], removed=[track(3, **GONE), track(4, **GONE)])


def test_a_record_without_the_ids_stays_the_very_same() -> None:
    known = record([track(1)], removed=[track(3, **GONE)])
    assert record_without_adders(known) is known
