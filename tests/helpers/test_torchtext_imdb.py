"""torchtext's own reader, run for real against a small archive that is served on loopback."""

import errno
import hashlib
import os
import sys
import threading
from pathlib import Path

import pytest

from helpers import reviews
from helpers.reviews import BadReviews, SourceUnavailable, load_imdb
from helpers.runtime import cache_folder
from helpers.sources import torchtext_imdb
from tests.helpers.archive_server import Handler, serving
from tests.helpers.small_imdb import small_reviews, write_tar

FILES = small_reviews()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """torchtext downloads FILES from here: its URL, checksum and sizes are replaced."""
    data = write_tar(tmp_path / "served" / "a.tar.gz", FILES).read_bytes()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    reader = torchtext_imdb.import_reader()
    with serving(data) as server:
        monkeypatch.setattr(reader, "URL", server.url)
        monkeypatch.setattr(reader, "MD5", server.md5)
        monkeypatch.setattr(reader, "NUM_LINES", {"train": 20, "test": 20})
        yield server


def serve(server, monkeypatch, files):
    """Serve these files instead, as if they were the official ones."""
    path = write_tar(Path(os.environ["TORCH_HOME"]).parent / "other" / "a.tar.gz", files)
    server.data = path.read_bytes()
    reader = torchtext_imdb.import_reader()
    monkeypatch.setattr(reader, "MD5", hashlib.md5(server.data).hexdigest())


def kept():
    """All files in torchtext's cache."""
    home = Path(os.environ["TORCH_HOME"])
    return sorted(str(p.relative_to(home)) for p in home.rglob("*") if p.is_file())


ONLY_THE_ARCHIVE = ["text/datasets/IMDB/aclImdb_v1.tar.gz"]


def check(imdb):
    for half, of_half in zip(("train", "test"), imdb, strict=True):
        expected = {(FILES[n], int("/pos/" in n)) for n in FILES if f"/{half}/" in n}
        assert set(zip(*of_half, strict=True)) == expected
        assert len(of_half.labels) == 20


def test_torchtext_downloads_and_reads_every_review_with_its_label(server):
    imdb = load_imdb("torchtext")
    assert imdb.source == "torchtext"
    check(imdb)
    assert kept() == ONLY_THE_ARCHIVE and server.requests == 1


def test_torchtext_and_the_archive_reader_agree_review_by_review(server, monkeypatch):
    monkeypatch.setattr(reviews, "HALF", 20)
    downloaded = load_imdb("torchtext")
    assert load_imdb("archive") == downloaded  # from the archive that torchtext has kept
    assert load_imdb("auto").source == "archive"


def test_the_archive_is_downloaded_once_and_the_texts_are_cached(server, monkeypatch):
    first = load_imdb("torchtext")
    for file in cache_folder().iterdir():
        file.unlink()
    check(load_imdb("torchtext"))
    assert server.requests == 1
    monkeypatch.setattr(torchtext_imdb, "_read_in", None)
    assert load_imdb("torchtext") == first


def test_auto_downloads_when_there_is_no_archive(server, capsys):
    assert load_imdb("auto").source == "torchtext"
    assert "source 'torchtext' (archive: IMDB_ROOT is not set" in capsys.readouterr().err


def test_a_half_filled_cache_of_torchtext_is_not_trusted(server):
    folder = reviews.torchtext_folder()
    for half in ("train", "test"):
        one_class = folder / "aclImdb_v1" / half / "neg"
        one_class.parent.mkdir(parents=True)
        one_class.write_text("only negative reviews\n")
        (folder / "aclImdb_v1" / f"{half}.torchdata_list").write_text(f"{one_class}\n")
    check(load_imdb("torchtext"))


def test_what_an_interrupted_download_left_behind_is_not_trusted(server, monkeypatch):
    monkeypatch.setattr(torchtext_imdb, "_link_or_copy", None)  # not even looked at by torchtext
    folder = reviews.torchtext_folder()
    folder.mkdir(parents=True)
    (folder / "aclImdb_v1.tar.gz").write_bytes(server.data[:-500])
    (folder / "aclImdb_v1.tar.gz.promise.123").write_text("[dataloader session uid]")
    check(load_imdb("torchtext"))
    assert (folder / "aclImdb_v1.tar.gz").read_bytes() == server.data


def test_a_second_failure_does_not_touch_what_the_first_left_behind(server):
    leftover = reviews.torchtext_folder() / "aclImdb_v1.tar.gz"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"an earlier try")
    server.cut = len(server.data) // 2
    with pytest.raises(SourceUnavailable):
        load_imdb("torchtext")
    assert kept() == ONLY_THE_ARCHIVE and leftover.read_bytes() == b"an earlier try"


def test_what_a_killed_run_left_behind_goes_after_a_day(server):
    old, new = (reviews.torchtext_folder() / f"unfinished-{name}" for name in ("old", "new"))
    for folder in (old, new):
        (folder / "datasets").mkdir(parents=True)
    os.utime(old, (0, 0))
    load_imdb("torchtext")
    assert (old.exists(), new.exists()) == (False, True)


def test_a_path_that_holds_the_name_of_a_class_confuses_nobody(server, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "train" / "pos" / "neg"))
    check(load_imdb("torchtext"))


def test_a_broken_off_download_is_an_error_and_leaves_nothing_behind(server):
    server.cut = len(server.data) // 2
    with pytest.raises(SourceUnavailable, match=r"broke off .*check the network") as error:
        load_imdb("torchtext")
    assert "\n" not in str(error.value)
    assert kept() == [] and not cache_folder().exists()
    server.cut = None
    check(load_imdb("torchtext"))


def test_a_silent_server_is_given_up(server, monkeypatch):
    class Silent(Handler):
        def do_GET(self):
            waited_to_the_end.append(not released.wait(10))

    released, waited_to_the_end = threading.Event(), []
    server.RequestHandlerClass = Silent
    monkeypatch.setattr(torchtext_imdb, "TIMEOUTS", (0.2, 0.2))
    try:
        with pytest.raises(SourceUnavailable, match="check the network"):
            load_imdb("torchtext")
        assert not waited_to_the_end
    finally:
        released.set()
    assert kept() == []


def test_without_a_network_the_error_says_so(server, monkeypatch):
    server.shutdown()
    server.server_close()
    with pytest.raises(SourceUnavailable, match=f"no connection to {server.url}"):
        load_imdb("torchtext")
    assert kept() == [] and not reviews.torchtext_folder().exists()


def test_an_answer_of_the_server_that_is_no_file_is_an_error(server):
    server.status = 404
    with pytest.raises(SourceUnavailable, match=r"the download failed .*404"):
        load_imdb("torchtext")
    assert kept() == []


def test_a_wrong_checksum_is_an_error_and_leaves_nothing_behind(server):
    server.data = server.data[:-1] + b"?"
    with pytest.raises(BadReviews, match=r"wrong checksum.*Remove .* and try again") as error:
        load_imdb("torchtext")
    assert "\n" not in str(error.value)
    assert kept() == []


@pytest.mark.parametrize("lost", ["/train/pos/", "/test/neg/"])
def test_one_class_only_is_an_error_and_leaves_nothing_behind(server, monkeypatch, lost):
    serve(server, monkeypatch, {n: t for n, t in FILES.items() if lost not in n})
    with pytest.raises(BadReviews, match=r"10 reviews are of one class .*Remove .* and try again"):
        load_imdb("torchtext")
    assert kept() == [] and not cache_folder().exists()


def test_an_interrupted_run_leaves_nothing_behind(server, monkeypatch):
    def interrupted(items, what):
        next(iter(items))  # torchtext is in the middle of it: downloaded, half unpacked
        raise KeyboardInterrupt

    monkeypatch.setattr(torchtext_imdb, "progress_bar", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_imdb("torchtext")
    assert kept() == []


def test_a_full_disk_is_an_error_and_leaves_nothing_behind(server, monkeypatch):
    def full(items, what):
        next(iter(items))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(torchtext_imdb, "progress_bar", full)
    with pytest.raises(SourceUnavailable, match=r"the disk of .* is full"):
        load_imdb("torchtext")
    assert kept() == []


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "file" / "torch"))
    with pytest.raises(SourceUnavailable, match=r"cannot write to .*set TORCH_HOME") as error:
        load_imdb("torchtext")
    assert "\n" not in str(error.value)


def test_the_labels_of_older_torchtext_are_understood(server, monkeypatch):
    monkeypatch.setattr(torchtext_imdb.import_reader(), "MAP_LABELS", {"neg": "neg", "pos": "pos"})
    check(load_imdb("torchtext"))


def test_labels_that_nobody_knows_are_refused(server, monkeypatch):
    monkeypatch.setattr(torchtext_imdb.import_reader(), "MAP_LABELS", {"neg": 7, "pos": 8})
    with pytest.raises(BadReviews, match="label 7 is neither"):
        load_imdb("torchtext")


def test_without_torchtext_the_error_says_why(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchtext", None)
    monkeypatch.setattr(torchtext_imdb.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SourceUnavailable, match="not installed"):
        load_imdb("torchtext")


def test_the_cached_texts_are_found_without_importing_torchtext(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "torchtext"]:
        monkeypatch.delitem(sys.modules, name)
    origin = torchtext_imdb.find_origin()
    assert origin.made_from == {"torchtext": "7c2ac02c03563afcf9b574c7e56c153a"}
    assert "torchtext" not in sys.modules


def test_the_reader_is_that_of_torchtext_itself():
    reader = torchtext_imdb.import_reader()
    assert reader.IMDB.__module__ == "torchtext.datasets.imdb"
    assert reader.MD5 == torchtext_imdb.OFFICIAL_MD5
    assert reader.NUM_LINES == {"train": reviews.HALF, "test": reviews.HALF}
