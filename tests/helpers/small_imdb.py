"""Small data sets in the layout of the official archive, for the tests of the data."""

import io
import tarfile


def small_reviews(each=10):
    """File name -> text, for ``each`` reviews of each class in each half."""
    return {
        f"aclImdb/{half}/{label}/{i}_{8 if label == 'pos' else 2}.txt": (
            f"{half} {label} review number{i}, {'fine' if label == 'pos' else 'dull'} film<br />"
            f"Déjà vu\u00a0again & again, {'x' * i}."
        )
        for half in ("train", "test")
        for label in ("neg", "pos")
        for i in range(each)
    }


def write_tar(path, files, format=tarfile.GNU_FORMAT, extra=()):
    """A .tar.gz of these texts or bytes, in the layout of the official archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz", format=format) as tar:
        for folder in ("aclImdb", "aclImdb/train", "aclImdb/test"):
            entry = tarfile.TarInfo(folder)
            entry.type = tarfile.DIRTYPE
            tar.addfile(entry)
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for entry in extra:
            tar.addfile(entry)
    return path


def write_folder(path, files):
    """The same as a folder ``aclImdb`` below ``path``."""
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return path / "aclImdb"
