from pathlib import Path

from playlist_archive.archive.disk import holds, is_folder, put_whole


def test_a_file_holds_what_is_in_it_and_nothing_else(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"text")
    link.symlink_to(file)
    assert holds(file, b"text")
    assert not any((holds(file, b"texts"), holds(file, b"tex?"), holds(tmp_path / "none", b"")))
    assert not holds(link, b"text")
    assert not holds(tmp_path, b"")


def test_a_folder_is_one_itself(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "file").touch()
    assert [is_folder(tmp_path / name) for name in (".", "link", "file", "none")] == [True, False, False, False]


def test_a_file_is_put_in_its_place_from_a_folder_aside(tmp_path: Path) -> None:
    target, aside = tmp_path / "a" / "b" / "file", tmp_path / "aside"
    aside.symlink_to(tmp_path)
    put_whole(target, b"one", aside=aside)
    put_whole(target, b"two", aside=aside)
    assert target.read_bytes() == b"two"
    assert is_folder(aside)
    assert list(aside.iterdir()) == []
