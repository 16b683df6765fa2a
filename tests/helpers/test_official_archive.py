"""The course's own download of the archive, from a server on loopback with every fault of a net."""

import errno
import sys
import threading

import pytest

from helpers import reviews
from helpers.reviews import BadReviews, SourceUnavailable, SourceUnusable, load_imdb
from helpers.runtime import cache_folder
from helpers.sources import official_archive, torchtext_imdb
from tests.helpers.archive_server import Handler, serving
from tests.helpers.small_imdb import small_reviews, write_tar

ARCHIVE, PART = "aclImdb_v1.tar.gz", "aclImdb_v1.tar.gz.part"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The official archive, as far as these tests go: its address, checksum and sizes."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(reviews, "HALF", 20)
    monkeypatch.setattr(official_archive, "_CHUNK", 1)
    data = write_tar(tmp_path / "served" / "a.tar.gz", small_reviews()).read_bytes()
    with serving(data) as server:
        monkeypatch.setattr(official_archive, "OFFICIAL_URL", server.url)
        monkeypatch.setattr(official_archive, "OFFICIAL_MD5", server.md5)
        yield server


@pytest.fixture
def without_torchtext(monkeypatch):
    """As with Python 3.13 and later, for which torchtext has no release."""
    monkeypatch.setitem(sys.modules, "torchtext", None)


def kept():
    folder = reviews.torchtext_folder()
    return {
        path.name: path.read_bytes() for path in folder.glob(f"{ARCHIVE}*") if path.stat().st_size
    }


def check(imdb):
    for half, of_half in zip(("train", "test"), imdb, strict=True):
        expected = {(t, int("/pos/" in n)) for n, t in small_reviews().items() if f"/{half}/" in n}
        assert set(zip(*of_half, strict=True)) == expected


def test_address_and_checksum_are_those_of_torchtext():
    reader = torchtext_imdb.import_reader()
    assert official_archive.OFFICIAL_URL == reader.URL
    assert official_archive.OFFICIAL_MD5 == reader.MD5


def test_every_review_comes_with_its_label(server):
    imdb = load_imdb("download")
    check(imdb)
    assert imdb.source == "download"
    assert kept() == {ARCHIVE: server.data} and server.requests == 1


def test_without_torchtext_auto_downloads_and_says_so(server, without_torchtext, capsys):
    imdb = load_imdb("auto")
    check(imdb)
    said = capsys.readouterr().err
    assert said.startswith("Reviews: source 'download' (archive: ") and said.count("\n") == 1
    assert "torchtext: not installed" in said


def test_where_torchtext_does_not_load_auto_downloads_too(server, monkeypatch):
    def does_not_load():
        raise SourceUnusable("it does not load here")

    monkeypatch.setattr(torchtext_imdb, "import_reader", does_not_load)
    assert load_imdb("auto").source == "download"


def test_without_a_network_auto_takes_the_packaged_reviews_and_waits_once_a_day(
    server, without_torchtext, monkeypatch, capsys
):
    monkeypatch.setattr(reviews, "HALF", 25_000)
    server.status = 503
    assert load_imdb("auto").source == "packaged"
    assert "download: the download failed (503" in capsys.readouterr().err
    load_imdb("auto")
    assert server.requests == 1
    with pytest.raises(SourceUnavailable, match="503"):
        load_imdb("download")


def test_where_torchtext_has_failed_the_same_address_is_not_asked_again(server, monkeypatch):
    monkeypatch.setattr(reviews, "HALF", 25_000)
    reader = torchtext_imdb.import_reader()
    monkeypatch.setattr(reader, "URL", server.url)
    server.status = 404
    assert load_imdb("auto").source == "packaged"
    assert server.requests == 1


def test_the_archive_is_downloaded_once_and_the_texts_are_cached(server):
    first = load_imdb("download")
    for file in cache_folder().iterdir():
        file.unlink()
    check(load_imdb("download"))
    (reviews.torchtext_folder() / ARCHIVE).unlink()
    assert load_imdb("download") == first
    assert server.requests == 1


def test_what_broke_off_is_gone_on_with(server):
    server.cut, server.resumes = len(server.data) // 3, True
    check(load_imdb("download"))
    assert kept() == {ARCHIVE: server.data}
    third = server.cut
    assert server.asked[:2] == [f"bytes={third}-", f"bytes={2 * third}-"]


def test_a_later_call_goes_on_where_an_earlier_one_was_stopped(server):
    folder = reviews.torchtext_folder()
    folder.mkdir(parents=True)
    (folder / PART).write_bytes(server.data[:700])
    server.resumes = True
    check(load_imdb("download"))
    assert server.asked == ["bytes=700-"]


def test_a_part_that_lacks_nothing_is_taken(server):
    folder = reviews.torchtext_folder()
    folder.mkdir(parents=True)
    (folder / PART).write_bytes(server.data)
    server.resumes = True
    check(load_imdb("download"))


def test_a_server_that_cannot_go_on_is_asked_for_all_of_it(server):
    folder = reviews.torchtext_folder()
    folder.mkdir(parents=True)
    (folder / PART).write_bytes(b"?" * 700)
    check(load_imdb("download"))
    assert kept() == {ARCHIVE: server.data}


def test_a_connection_that_brings_nothing_new_is_an_error_and_its_part_is_kept(server):
    server.cut = len(server.data) // 2
    with pytest.raises(SourceUnavailable, match=r"broke off .*check the network") as error:
        load_imdb("download")
    assert "\n" not in str(error.value)
    assert kept() == {PART: server.data[: server.cut]}
    server.cut, server.resumes = None, True
    check(load_imdb("download"))


def test_a_wrong_checksum_is_an_error_and_nothing_of_it_stays(server):
    server.data = server.data[:-1] + b"?"
    with pytest.raises(BadReviews, match="wrong checksum: try again later"):
        load_imdb("download")
    assert kept() == {}


def test_a_damaged_archive_in_the_cache_is_replaced(server, without_torchtext):
    folder = reviews.torchtext_folder()
    folder.mkdir(parents=True)
    (folder / ARCHIVE).write_bytes(server.data[:500])
    check(load_imdb("auto"))
    assert kept() == {ARCHIVE: server.data}


def test_without_a_network_the_error_says_so(server):
    server.shutdown()
    server.server_close()
    with pytest.raises(SourceUnavailable, match=f"no connection to {server.url}"):
        load_imdb("download")


def test_a_silent_server_is_given_up(server, monkeypatch):
    class Silent(Handler):
        def do_GET(self):
            waited_to_the_end.append(not released.wait(10))

    released, waited_to_the_end = threading.Event(), []
    server.RequestHandlerClass = Silent
    monkeypatch.setattr(official_archive, "TIMEOUTS", (0.2, 0.2))
    try:
        with pytest.raises(SourceUnavailable, match="check the network"):
            load_imdb("download")
        assert not waited_to_the_end
    finally:
        released.set()


def test_a_full_disk_is_an_error_that_says_how_much_is_needed(server, monkeypatch):
    def full(part):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(official_archive, "_append", full)
    with pytest.raises(SourceUnavailable, match=r"the disk of .* is full: 300 MB are needed"):
        load_imdb("download")


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "file" / "torch"))
    with pytest.raises(SourceUnavailable, match=r"cannot write to .*set TORCH_HOME"):
        load_imdb("download")


def test_two_notebooks_that_start_together_download_once(server):
    loaded = []
    threads = [
        threading.Thread(target=lambda: loaded.append(official_archive.download()))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 3 and server.requests == 1
    assert kept() == {ARCHIVE: server.data}


def test_a_notebook_that_waits_too_long_for_another_says_so(server, monkeypatch):
    import portalocker

    monkeypatch.setattr(official_archive, "_SECONDS_FOR_ANOTHER", 0.1)
    folder = reviews.torchtext_folder()
    folder.mkdir(parents=True)
    with (
        portalocker.Lock(folder / f"{ARCHIVE}.lock"),
        pytest.raises(SourceUnavailable, match="another notebook still downloads"),
    ):
        load_imdb("download")
