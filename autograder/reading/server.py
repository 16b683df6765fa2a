"""The page of `autograder read`, on this machine only, and the few questions that it asks."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import secrets
import webbrowser
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
STYLES = (HERE.parent / "templates" / "page.css", HERE / "page.css")
POLICY = (
    "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CALLS = {  # of the desk, and what they are given
    "overview": "",
    "scheme": "question",
    "step": "seat reader question way at",
    "save": "seat reader question",  # and the mark
    "here": "seat",
    "leave": "seat",
}


class _OnlyHere(RequestHandler):
    """Answers under this machine's own names, and who knows the token; nobody else."""

    def initialize(self, desk: Desk, token: str) -> None:
        self.desk, self.token, self.nonce = desk, token, secrets.token_hex(16)

    def prepare(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", POLICY.format(self.nonce))
        # Only the page itself has it in its address; a header no page of another origin may send.
        given = self.get_query_argument("token", "") if self.request.method == "GET" else ""
        given = given or self.request.headers.get("X-Token", "")
        host = urlsplit(f"//{self.request.host}").netloc.rsplit(":", 1)[0]
        knows = hmac.compare_digest(given.encode(), self.token.encode())
        if not knows or host not in ("127.0.0.1", "localhost"):
            self.refuse(403, "open the address that `autograder read` printed")

    def write_error(self, status_code: int, **_: object) -> None:
        self.finish({"error": f"this did not work ({status_code}): nothing is lost, try again"})

    def refuse(self, status: int, why: str) -> None:
        self.set_status(status)
        self.finish({"error": why})


class _Page(_OnlyHere):
    def get(self) -> None:
        style = "".join(path.read_text("utf-8") for path in STYLES) + code_style()
        script = (HERE / "page.js").read_text("utf-8")
        page = jinja2.Template((HERE / "page.html").read_text("utf-8"))
        self.finish(page.render(nonce=self.nonce, style=style, script=script))


class _Api(_OnlyHere):
    """POST /api/NAME with an object of JSON; {"result": …} comes back, or {"error": one line}."""

    def post(self, name: str) -> None:
        try:
            asked = dict(json.loads(self.request.body))
            mark = dict(asked.get("mark") or {})
        except (TypeError, ValueError):
            return self.refuse(400, "this is no question of the page: load it again")
        given = [str(asked.get(key, "")) for key in CALLS[name].split()]
        try:
            call = getattr(self.desk, name)
            self.finish({"result": call(*given, mark) if name == "save" else call(*given)})
        except AutograderError as error:
            self.refuse(409, str(error))
        except SQLAlchemyError as error:
            reason = str(error).splitlines()[0]
            self.refuse(503, f"the gradebook cannot be used: {reason}; {advice(reason)}")
        except OSError as error:
            self.refuse(503, f"{error.filename}: {error.strerror}; save again when that is mended")


def application(desk: Desk, token: str) -> Application:
    """What answers; `token` is a secret of those who may ask."""
    given = {"desk": desk, "token": token}
    api = (rf"/api/({'|'.join(CALLS)})", _Api, given)
    return Application([("/", _Page, given), api], log_function=lambda _: None)


def serve(desk: Desk, port: int = 0, browser: bool = True) -> None:
    """Serve the page until Ctrl-C. Raises AutograderError where somebody serves this class."""
    mine = one_run(desk.course.grading / FOLDER / desk.reading, "read")
    with mine, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(desk, port, browser))


async def _serve(desk: Desk, port: int, browser: bool) -> None:
    token = secrets.token_urlsafe(24)
    server = HTTPServer(application(desk, token))
    sockets = bind_sockets(port, "127.0.0.1")
    server.add_sockets(sockets)
    address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/?token={token}"
    print(f"every reader opens {address} on this machine; Ctrl-C ends it", flush=True)
    if browser:
        webbrowser.open(address)
    await asyncio.Event().wait()
