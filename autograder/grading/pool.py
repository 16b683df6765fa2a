"""Where notebooks run: in processes on this machine, or on the workers of a Dask scheduler."""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import multiprocessing
import os
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

from autograder.grading.settings import GradeError, Settings, one_line
from autograder.running.job import Job
from autograder.running.worker import begin_worker, run_notebook


@contextlib.contextmanager
def open_pool(settings: Settings) -> Iterator[Pool]:
    """The pool that the settings ask for; its workers end with the block."""
    pool = Cluster(settings.scheduler) if settings.scheduler else Pool(settings.jobs)
    try:
        yield pool
    finally:
        pool.stop()


class Pool:
    """Where notebooks run: processes on this machine."""

    def __init__(self, jobs: int):
        self.width = jobs
        self.others = set(multiprocessing.active_children())
        self.executor = self._new()

    def _new(self) -> futures.Executor:
        executor = futures.ProcessPoolExecutor(
            self.width,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=begin_worker,
            initargs=(os.getpid(),),
        )
        _closes_once(executor._call_queue._reader)  # type: ignore[attr-defined]
        return executor

    def submit(self, job: Job) -> futures.Future:
        try:
            return self.executor.submit(run_notebook, job)
        except futures.BrokenExecutor:
            # One dead process breaks the whole pool; a new one goes on with the same work.
            queue = self.executor._call_queue  # type: ignore[attr-defined]
            self.executor.shutdown(wait=False, cancel_futures=True)
            _no_more_readers(queue)
            self.executor = self._new()
            return self.executor.submit(run_notebook, job)

    def died(self, error: Exception) -> bool:
        """Whether the worker is to blame, not the notebook."""
        return isinstance(error, futures.BrokenExecutor | futures.CancelledError)

    def stop(self) -> None:
        """End the workers: either all work is done, or the run was stopped and does it again."""
        queue = self.executor._call_queue  # type: ignore[attr-defined]
        self.executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - self.others:
            process.kill()
        _no_more_readers(queue)


def _no_more_readers(queue: multiprocessing.Queue) -> None:
    """The workers are gone. Else a thread goes on writing to them, and this process never ends:
    https://github.com/python/cpython/issues/94777"""
    queue._reader.close()  # type: ignore[attr-defined]


def _closes_once(reader: Connection) -> None:
    """Whoever closes it second finds it closed, also at the same moment.

    The queue's own thread closes it too. If its close fails, that thread waits for ever.
    """
    lock = threading.Lock()

    def close() -> None:
        with lock:
            handle, reader._handle = reader._handle, None  # type: ignore[attr-defined]
        if handle is not None:
            os.close(handle)

    reader._close = close  # type: ignore[attr-defined]


class Cluster(Pool):
    """Where notebooks run: the workers of a Dask scheduler. Bytes go there, bytes come back."""

    def __init__(self, address: str):
        try:
            import distributed
        except ImportError:
            raise GradeError(
                "--scheduler needs the package distributed: pip install 'pytorch-lab[grade]'"
            ) from None
        try:
            self.client = distributed.Client(address, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            raise GradeError(f"no scheduler answers at {address}: {one_line(error)}") from None
        self.executor = self.client.get_executor()
        self.lost = distributed.scheduler.KilledWorker
        threads = sum(self.client.nthreads().values())
        if not threads:
            raise GradeError(f"the scheduler at {address} has no workers yet")
        self.width = threads

    def submit(self, job: Job) -> futures.Future:
        return self.executor.submit(run_notebook, job)

    def died(self, error: Exception) -> bool:
        return isinstance(error, self.lost | futures.CancelledError)

    def stop(self) -> None:
        self.executor.shutdown(wait=False)
        self.client.close()
