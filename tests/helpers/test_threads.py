import threading
import time

import pytest

from helpers.fast.threads import ahead, in_threads
from tests.patience import wait_for


def test_the_items_and_their_order_stay():
    assert list(ahead(range(100))) == list(range(100))
    assert list(in_threads(str, range(100))) == [str(n) for n in range(100)]
    assert list(ahead([])) == list(in_threads(str, [])) == []
    assert list(ahead([None, 0])) == [None, 0]


def test_the_order_is_that_of_the_items_not_of_the_threads():
    def slow_first(n):
        time.sleep(0.05 if n == 0 else 0)
        return n

    assert list(in_threads(slow_first, range(8))) == list(range(8))


def test_one_item_is_made_ahead_and_in_another_thread():
    made = []

    def items():
        for n in range(5):
            made.append(threading.get_ident())
            yield n

    coming = ahead(items())
    assert next(coming) == 0
    wait_for(lambda: len(made) >= 2, "the next item")
    time.sleep(0.05)
    assert len(made) == 2 and threading.get_ident() not in made
    coming.close()
    assert len(made) == 2


def test_without_a_thread_the_work_is_done_all_the_same(monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert list(ahead(range(5))) == list(in_threads(int, range(5))) == list(range(5))


@pytest.mark.parametrize(
    "start", [ahead, lambda items: in_threads(str, items)], ids=["ahead", "in_threads"]
)
def test_an_error_comes_out_where_the_items_are_used(start):
    def items():
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(start(items()))
