"""Answers the questions of a judge at the other end of a socket, with what a notebook holds."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping

from autograder.answering import wire
from autograder.answering.mistakes import Mistake, Open, Raised
from autograder.answering.notebook import Notebook
from helpers.ready_made import NotYourOwn


def serve(way: socket.socket, names: Mapping) -> None:
    """Until the other end closes. A message is ["begin", task, seconds], or a question after its
    number, which its answer bears too."""
    with contextlib.suppress(EOFError, OSError):
        message = wire.receive(way)
        while True:
            _, task, seconds = message
            notebook = Notebook(names, task, seconds)
            with notebook.session():
                while (message := wire.receive(way))[0] != "begin":
                    number, *question = message
                    _reply(way, number, _answer(notebook, question))


def _reply(way: socket.socket, number: int, answer: dict) -> None:
    try:
        message = wire.encode([number, answer])
    except wire.Malformed as error:
        message = wire.encode([number, {"broken": str(error)}])
    way.sendall(message)


def _answer(notebook: Notebook, question: list) -> dict:
    try:
        return {"answer": notebook.ask(*question)}
    except Open as stub:
        return {"open": str(stub)}
    except Raised as raised:
        return {"raised": [raised.seen, raised.kind, raised.text]}
    except Mistake as mistake:
        return {"mistake": [mistake.key, mistake.seen, mistake.values]}
    except NotYourOwn as error:
        return {"ready made": str(error)}
    except TimeoutError:
        return {"late": True}
    except MemoryError:
        return {"memory": True}
    except BaseException as error:  # the answer broke the question
        return {"broken": f"{type(error).__name__}: {error}"[:1000]}
