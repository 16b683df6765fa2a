import gzip
import tarfile

import pytest

from helpers.sources import archive
from tests.helpers.small_imdb import small_reviews, write_folder, write_tar


def flat(raw):
    """File name -> text, as ``small_reviews`` gives them."""
    return {
        f"aclImdb/{half}/{label}/{name}": data.decode()
        for (half, label), files in raw.items()
        for name, data in files.items()
    }


@pytest.mark.parametrize("format", [tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_of_any_format_gives_every_review_as_it_is(tmp_path, format):
    files = small_reviews()
    path = write_tar(tmp_path / "aclImdb_v1.tar.gz", files, format)
    assert flat(archive.read_tar(path)) == files


def test_a_folder_gives_the_same_as_the_tar(tmp_path):
    files = small_reviews()
    assert flat(archive.read_folder(write_folder(tmp_path, files))) == files


def test_a_name_too_long_for_a_header_stays_whole(tmp_path):
    files = small_reviews(2)
    long = f"aclImdb/train/pos/{'9' * 150}_8.txt"  # needs a GNU long name in the middle of the tar
    files = {**files, long: "long name", "aclImdb/train/pos/zz_8.txt": "after it"}
    path = write_tar(tmp_path / "a.tar.gz", files)
    assert flat(archive.read_tar(path)) == files


def test_a_name_in_two_parts_as_posix_tar_writes_it_is_joined(tmp_path):
    files = {f"aclImdb/train/pos/{i}{'0' * 90}_9.txt": f"text {i}" for i in range(3)}
    path = write_tar(tmp_path / "a.tar.gz", files, tarfile.USTAR_FORMAT)
    assert flat(archive.read_tar(path)) == files


def test_a_header_that_does_not_match_its_checksum_is_an_error(tmp_path):
    path = write_tar(tmp_path / "a.tar.gz", small_reviews())
    data = bytearray(gzip.decompress(path.read_bytes()))
    data[data.index(b"train/pos/3_8.txt")] ^= 1
    path.write_bytes(gzip.compress(data))
    with pytest.raises(archive.ArchiveError, match="wrong checksum"):
        archive.read_tar(path)


def test_the_unlabelled_reviews_and_other_files_are_passed_over(tmp_path):
    files = small_reviews(1)
    others = {
        "aclImdb/train/unsup/0_0.txt": "no label",
        "aclImdb/train/labeledBow.feat": "9 0:9",
        "aclImdb/README": "text",
    }
    path = write_tar(tmp_path / "a.tar.gz", {**others, **files})
    assert flat(archive.read_tar(path)) == files


@pytest.mark.parametrize(
    "name", ["/etc/train/pos/0_9.txt", "aclImdb/../../train/pos/0_9.txt", "C:/train/pos/0_9.txt",
             "..\\train\\pos\\0_9.txt"]
)  # fmt: skip
@pytest.mark.parametrize("format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_member_that_would_leave_the_folder_is_refused(tmp_path, name, format):
    path = write_tar(tmp_path / "a.tar.gz", {**small_reviews(1), name: "text"}, format)
    with pytest.raises(archive.ArchiveError, match="outside the folder"):
        archive.read_tar(path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    entry = tarfile.TarInfo("aclImdb/train/pos/0_9.txt")
    entry.type, entry.linkname = kind, "/etc/passwd"
    path = write_tar(tmp_path / "a.tar.gz", small_reviews(1), extra=[entry])
    with pytest.raises(archive.ArchiveError, match="link or a device"):
        archive.read_tar(path)


@pytest.mark.parametrize("keep", [0, 5, 0.5, 0.99, -1])
def test_an_archive_that_is_cut_short_is_an_error(tmp_path, keep):
    path = write_tar(tmp_path / "a.tar.gz", small_reviews())
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    with pytest.raises(archive.ArchiveError, match="damaged or cut short"):
        archive.read_tar(path)


def test_a_tar_that_ends_within_a_member_is_an_error(tmp_path):
    path = write_tar(tmp_path / "a.tar.gz", small_reviews())
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:5000]))
    with pytest.raises(archive.ArchiveError, match="damaged or cut short"):
        archive.read_tar(path)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_a_changed_byte_in_the_archive_is_an_error(tmp_path, place):
    path = write_tar(tmp_path / "a.tar.gz", small_reviews(50))
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(archive.ArchiveError, match="damaged or cut short"):
        archive.read_tar(path)


def test_what_is_no_archive_at_all_is_an_error(tmp_path):
    path = tmp_path / "aclImdb.tar.gz"
    path.write_text("<html>404 not found</html>")
    with pytest.raises(archive.ArchiveError, match="damaged or cut short"):
        archive.read_tar(path)


def test_a_file_beyond_all_measure_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_LARGEST", 1000)
    path = write_tar(tmp_path / "a.tar.gz", {"aclImdb/train/pos/0_9.txt": "x" * 1001})
    with pytest.raises(archive.ArchiveError, match="1,001 bytes"):
        archive.read_tar(path)
