"""Serves a folder under a sub-path of 127.0.0.1 with a strict policy, and remembers every request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

SUB_PATH = "/team/experiments/"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "font-src 'self'; frame-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'"
)

JENKINS_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
"""What Jenkins sends with every artifact: no scripts at all."""


class SiteServer(ThreadingHTTPServer):
    """One folder, one policy, and the paths that were asked for."""

    daemon_threads = True

    def __init__(self, folder: Path, policy: str) -> None:
        self.policy = policy
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{SUB_PATH}"


class _Handler(SimpleHTTPRequestHandler):
    server: SiteServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if not self.path.startswith(SUB_PATH):
            self.send_error(404, "outside the site's folder")
            return
        self.path = "/" + self.path.removeprefix(SUB_PATH)
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.server.policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """The requests are in `asked`; the terminal stays quiet."""


@contextmanager
def serve(folder: Path, policy: str = POLICY) -> Iterator[SiteServer]:
    """Serves the folder until the block ends."""
    server = SiteServer(folder, policy)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
