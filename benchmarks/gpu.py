"""What only matters on a GPU: waits for the device, its memory, notebooks and checks on it.

`benchmarks/gpu.sh` runs all of it: `python -m benchmarks.gpu training|notebooks|checks`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

SCRIPT = Path(__file__).with_suffix(".sh")
EPOCHS = 20
BATCH_SIZE = 512


def training(device: str = "cuda", epochs: int = EPOCHS) -> None:
    """Epochs of the original model: time of a second run, waits for the device, peak memory."""
    import torch

    from benchmarks.old_lab import network
    from helpers import load_datasets, train

    if device == "cuda":
        print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    data = load_datasets(device=device)

    def run(epochs: int) -> float:
        torch.manual_seed(0)
        model = network(16).to(device)
        optimizer = torch.optim.RMSprop(model.parameters())
        start = time.perf_counter()
        train(
            model,
            torch.nn.BCELoss(),
            optimizer,
            data.train_dataset,
            data.val_dataset,
            BATCH_SIZE,
            epochs,
        )
        return time.perf_counter() - start

    run(1)  # loads the kernels
    print(f"original model, {epochs} epochs: {run(epochs):.3f} s")
    if device != "cuda":
        return
    torch.cuda.reset_peak_memory_stats()
    for epochs_watched in (1, 3):
        torch.cuda.set_sync_debug_mode("warn")
        with warnings.catch_warnings(record=True) as waits:
            warnings.simplefilter("always")
            run(epochs_watched)
        torch.cuda.set_sync_debug_mode("default")
        batches = -(-len(data.train_dataset) // BATCH_SIZE) * epochs_watched
        print(f"waits for the device in {batches} training batches: {len(waits)}")
    print(f"peak memory on the device: {torch.cuda.max_memory_allocated() / 2**20:.0f} MiB")


def notebooks(device: str = "cuda") -> None:
    """The four solution notebooks from start to end."""
    from benchmarks import notebooks as solutions

    with tempfile.TemporaryDirectory() as cache:
        environment = {"LAB_DEVICE": device, "LAB_CACHE": cache}
        for name in solutions.names():
            done = solutions.run_notebook(name, environment)
            print(f"{name} on {device}: {done.seconds:.1f} s", flush=True)


def checks(device: str = "cuda") -> None:
    """The checks of exercises 1 and 2 on right answers, with `device` as given."""
    import nbformat

    from autograder.authoring.example_class import reference_answers
    from autograder.course import find_course
    from autograder.student_check import check_notebook, print_checked

    os.environ["LAB_DEVICE"] = device
    course = find_course(Path(__file__).parent)
    answers = reference_answers(course)
    with tempfile.TemporaryDirectory() as folder:
        for name in course.names[:2]:
            notebook = nbformat.read(course.released / f"{name}.ipynb", as_version=4)
            for cell in notebook.cells:
                if cell.metadata.get("nbgrader", {}).get("solution"):
                    cell.source = answers[cell.metadata.nbgrader.grade_id]
            path = Path(folder, f"{name}.ipynb")
            nbformat.write(notebook, path)
            print_checked(check_notebook(path))


if __name__ == "__main__":
    {job.__name__: job for job in (training, notebooks, checks)}[sys.argv[1]](*sys.argv[2:])
