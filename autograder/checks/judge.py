"""The judge: a process that holds the checks, and never runs a line of a submission.

It is asked for one verdict at a time, by the worker that runs a notebook, and asks in its turn a
process that holds the state of that notebook (`answering.serve`). From there only values come, and
each is held for hostile; only what the checks compare themselves gives a point.
"""

from __future__ import annotations

import functools
import json
import socket
import time

from autograder.answering import wire
from autograder.answering.keeping import WAITING
from autograder.answering.mistakes import EndOfAnswers, Mistake, Open, Raised
from autograder.checks import framework
from autograder.verdict import find
from helpers.ready_made import NotYourOwn
from helpers.variants import numbers_of

MESSAGE = 1 << 16  # bytes of an order or a verdict
MAX_VALUES, MAX_VALUE = 10, 200  # of a mistake that the notebook's side names; characters of each
_ALLOWANCE = 5.0  # seconds for the pipe


class RemoteNotebook:
    """The near end of a pipe to a notebook: `ask` as that of `answering.Notebook`.

    seconds: of CPU time that the student's code may take; on the clock WAITING times as many.
    """

    def __init__(self, way: socket.socket, task: str, seconds: float):
        self._way, self._task, self._asked = way, task, 0
        self._deadline = time.monotonic() + WAITING * seconds + _ALLOWANCE
        self._send(["begin", task, seconds])

    def ask(self, name: str, *values: object) -> object:
        self._asked += 1
        self._send([self._asked, name, *values])
        try:
            number, reply = wire.receive(self._way)
        except TimeoutError:
            raise
        except (EOFError, OSError):
            raise EndOfAnswers from None
        if number != self._asked or not isinstance(reply, dict) or len(reply) != 1:
            raise wire.Malformed("an answer to no question")
        ((kind, held),) = reply.items()
        if kind == "answer":
            return held
        raise self._error(kind, held)

    def _send(self, message: list) -> None:
        self._way.settimeout(max(self._deadline - time.monotonic(), 0.01))
        try:
            wire.send(self._way, message)
        except TimeoutError:
            raise
        except OSError:
            raise EndOfAnswers from None

    def _error(self, kind: object, held: object) -> BaseException:
        """What the notebook's side says instead of an answer. None of it lets an answer pass."""
        if kind == "open":
            return Open(str(held))
        if kind == "raised":
            return Raised(*map(str, held))
        if kind == "mistake":
            key, seen, values = held
            find(self._task, str(key))  # raises if there is no such mistake
            few = {k: v for k, v in values.items() if type(v) in (int, float, str)}
            short = {k: v for k, v in few.items() if len(str(k)) + len(str(v)) <= MAX_VALUE}
            return Mistake(str(key), str(seen), **dict(list(short.items())[:MAX_VALUES]))
        if kind == "ready made":
            return NotYourOwn(str(held))
        if kind == "late":
            return TimeoutError()
        if kind == "memory":
            return MemoryError("the memory was used up")
        return RuntimeError(str(held))


def verdict(order: dict, way: socket.socket) -> dict:
    """The answer to an order {"task": grade id, "hidden": seed or None}, by criteria or not.

    "student" in the order: whose numbers count, where there are variants.
    """
    task, hidden = order["task"], order["hidden"]
    try:
        seconds = framework.load(task).seconds
    except KeyError as error:  # no such task
        return {"unknown": str(error.args[0])}
    try:
        new = functools.partial(RemoteNotebook, way, task, seconds)
        student = order.get("student")
        numbers = None if student is None else numbers_of(student)
        again = new if order.get("by_criteria") else None
        failure = framework.judge(task, new(), hidden, again, numbers)
    except EndOfAnswers:
        return {"ended": True}
    if failure is None:
        return {"record": {"task": task, "state": "passed"}}
    return {"record": failure.verdict.as_dict(), "text": str(failure)}


def serve(channel: socket.socket) -> None:
    """Give verdicts until the other end closes: JSON and the socket to a notebook in, JSON out."""
    while True:
        data, ways, _, _ = socket.recv_fds(channel, MESSAGE, 1)
        if not data:
            return
        with socket.socket(fileno=ways[0]) as notebook:
            channel.send(json.dumps(verdict(json.loads(data), notebook)).encode() + b"\n")
