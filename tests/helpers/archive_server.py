"""A server on loopback that has one archive, and the faults of a bad connection."""

import contextlib
import hashlib
import http.server
import threading


class ArchiveServer(http.server.ThreadingHTTPServer):
    """Serves ``data``; ``requests`` counts; ``cut`` sends only so many bytes at a time.

    ``resumes``: whether it understands ``Range``; ``asked`` lists what it was asked for so.
    """

    def __init__(self, data):
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.requests, self.cut, self.status = data, 0, None, 200
        self.resumes, self.asked = False, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/aclImdb_v1.tar.gz"

    @property
    def md5(self):
        return hashlib.md5(self.data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.requests += 1
        wanted, status, start = self.headers.get("Range"), server.status, 0
        if wanted and server.resumes:
            server.asked.append(wanted)
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            status = 206 if start < len(server.data) else 416
        self.send_response(status)
        self.send_header("Content-Length", str(len(server.data) - start))
        self.end_headers()
        stop = None if server.cut is None else start + server.cut
        self.wfile.write(server.data[start:stop])

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(data):
    server = ArchiveServer(data)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
