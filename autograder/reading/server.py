"""The page of `autograder read`, on this machine only, and the few questions that it asks."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import secrets
import webbrowser
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from sqlalchemy.exc import SQLAlchemyError
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from autograder.errors import AutograderError
from autograder.grading.gradebook import advice
from autograder.grading.one_run import one_run
from autograder.reading.desk import FOLDER, Desk
from autograder.safe_html import code_style

HERE = Path(__file__).parent
COMMON_STYLE = HERE.parent / "templates" / "page.css"
POLICY = (
    "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LONGEST_REQUEST = 100_000  # bytes


class _OnlyHere(RequestHandler):
    """Answers this machine's own addresses, and who knows the token."""

    def initialize(self, desk: Desk, token: str) -> None:
        self.desk, self.token = desk, token

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", POLICY.format(secrets.token_hex(16)))

    def allow(self, token: str) -> bool:
        """Whether to go on; else the answer is given. A page of another name, or one that does
        not know the token, asks for somebody who does not know of it."""
        try:
            host = urlsplit(f"//{self.request.host}").hostname
        except ValueError:
            host = None
        if host in ("127.0.0.1", "localhost") and hmac.compare_digest(
            token.encode(), self.token.encode()
        ):
            return True
        self.set_status(403)
        self.finish({"error": "not allowed: open the address that `autograder read` printed"})
        return False


class _Page(_OnlyHere):
    def get(self) -> None:
        if self.allow(self.get_argument("token", "")):
            nonce = secrets.token_hex(16)
            self.set_header("Content-Security-Policy", POLICY.format(nonce))
            style = COMMON_STYLE.read_text("utf-8") + code_style()
            page = jinja2.Template((HERE / "page.html").read_text("utf-8"))
            self.finish(
                page.render(
                    nonce=nonce,
                    style=style + (HERE / "page.css").read_text("utf-8"),
                    script=(HERE / "page.js").read_text("utf-8"),
                )
            )


class _Api(_OnlyHere):
    """POST /api/NAME with JSON; `X-Token` is a header that no page of another origin may send."""

    def post(self, name: str) -> None:
        if not self.allow(self.request.headers.get("X-Token", "")):
            return
        desk = self.desk
        calls: dict[str, Callable[[dict], object]] = {
            "overview": lambda _: desk.overview(),
            "scheme": lambda q: desk.scheme(q["question"]),
            "step": lambda q: desk.step(
                q["seat"], q["reader"], q["question"], q["way"], q.get("at", "")
            ),
            "save": lambda q: desk.save(q["seat"], q["reader"], q["question"], q["mark"]),
            "leave": lambda q: desk.leave(q["seat"]),
        }
        try:
            self.finish({"result": calls[name](json.loads(self.request.body))})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._refuse(400, f"not a question of this page: {type(error).__name__}")
        except AutograderError as error:
            self._refuse(409, str(error))
        except SQLAlchemyError as error:
            reason = str(error).splitlines()[0]
            self._refuse(503, f"the gradebook cannot be used: {reason}; {advice(reason)}")
        except OSError as error:
            self._refuse(503, f"nothing was saved: {error.strerror}")

    def _refuse(self, status: int, why: str) -> None:
        self.set_status(status)
        self.finish({"error": why})


def application(desk: Desk, token: str) -> Application:
    given = {"desk": desk, "token": token}
    return Application(
        [("/", _Page, given), (r"/api/(\w+)", _Api, given)], log_function=lambda _: None
    )


def serve(desk: Desk, port: int = 0, browser: bool = True) -> None:
    """Serve the page until Ctrl-C. Raises AutograderError where somebody serves this class."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(one_run(desk.course.grading / FOLDER / desk.reading, "read"))
        except AutograderError as error:
            raise AutograderError(f"{error}, or open the address that it printed") from None
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(desk, port, browser))


async def _serve(desk: Desk, port: int, browser: bool) -> None:
    token = secrets.token_urlsafe(24)
    server = HTTPServer(application(desk, token), max_body_size=LONGEST_REQUEST)
    sockets = bind_sockets(port, "127.0.0.1")
    server.add_sockets(sockets)
    address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/?token={token}"
    print(f"every reader opens {address} on this machine; Ctrl-C ends it", flush=True)
    if browser:
        webbrowser.open(address)
    await asyncio.Event().wait()
