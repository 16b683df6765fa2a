"""What the notebooks import: the reviews, training, and pictures.

Importing this package is cheap: a name brings in its module (and PyTorch or matplotlib with it)
only when it is first used.
"""

from importlib import import_module

_HOME = {
    "SEED": "runtime",
    "cache_folder": "runtime",
    "FirstNetwork": "first_network",
    "first_steps": "notebook.first_cell",
    "get_device": "runtime",
    "is_grading": "runtime",
    "set_seed": "runtime",
    "IMDB": "reviews",
    "Reviews": "reviews",
    "ReviewsError": "reviews",
    "load_imdb": "reviews",
    "CountVectorizer": "bag_of_words",
    "get_index_vector": "bag_of_words",
    "tokenize": "bag_of_words",
    "ReviewDataset": "dataset",
    "LabData": "lab_data",
    "load_datasets": "lab_data",
    "evaluate": "training",
    "get_accuracy": "training",
    "train": "training",
    "compare_losses_plot": "plots",
    "get_training_progress_plot": "plots",
    "weight_decay_plot": "plots",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
