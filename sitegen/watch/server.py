"""The site on this machine: for a browser here and nobody else, with pages that follow what is built.

It answers GET and HEAD for files of the site's folder, to requests that name this machine: a page from
elsewhere cannot have them read by its visitor's browser under a name of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from sitegen.errors import SiteError
from sitegen.output.paths import is_hashed
from sitegen.watch.reload import RELOAD_PATH, STATE_PATH, reload_script, state_of, state_script, with_reload

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8000
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".woff2": "font/woff2",
    ".parquet": "application/vnd.apache.parquet",
    ".zip": "application/zip",
}
PACKED = ("text/", "application/json", "image/svg+xml")
"""Types that get smaller when they are compressed."""

LEAST_PACKED = 1000
MOST_DIGITS = 18
"""Of a place in a file."""

FOR_EVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"


class SiteServer(ThreadingHTTPServer):
    """Serves one folder until it is closed."""

    daemon_threads = True
    request_queue_size = 128
    """Of connections not taken up yet; with Python's 5 a thousand at once took minutes."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = Path(os.path.realpath(folder))
        super().__init__((ADDRESS, port), _Handler)

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://{ADDRESS}:{self.server_address[1]}/"

    def handle_error(self, *_: object) -> None:
        """A browser that went away in the middle of an answer is nobody's concern."""

    def begin(self) -> None:
        """Answers from now on, in a thread."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()


def open_server(folder: Path, port: int, *, is_fixed: bool) -> SiteServer:
    """A server at this port, or at one of the next where the port was not asked for."""
    for number in [port] if is_fixed else range(port, port + 20):
        try:
            return SiteServer(folder, number)
        except OSError:
            continue
    raise SiteError(
        f"port {port} of {ADDRESS} is taken.", hint="Name a free one with --port, or 0 for any that is free."
    )


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    server_version = "sitegen"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """The terminal tells of builds, not of requests."""

    def _refuse_method(self) -> None:
        self._send(HTTPStatus.METHOD_NOT_ALLOWED, b"only GET and HEAD\n", {"Allow": "GET, HEAD"})
        self.close_connection = True  # a body may follow that nobody will read

    def _answer(self) -> None:
        if not self._names_this_machine():
            self._send(HTTPStatus.MISDIRECTED_REQUEST, b"this server is for its own machine only\n")
            return
        try:
            asked = urlsplit(self.path)
        except ValueError:  # http://[ begins an address of IPv6 that never ends
            self._send(HTTPStatus.BAD_REQUEST, b"this is no address\n")
            return
        if asked.path == RELOAD_PATH:
            self._send_script(reload_script())
        elif asked.path == STATE_PATH:
            self._send_script(state_script(self.server.folder, _inside(unquote(asked.query.split("&")[0]))))
        else:
            self._send_file(unquote(asked.path))

    def _names_this_machine(self) -> bool:
        """Whether we were meant: a name that somebody else points at this machine is not ours."""
        host = self.headers.get("Host", "")
        port = self.server.server_address[1]
        return host in {f"{name}:{port}" for name in (ADDRESS, "localhost", "[::1]")}

    def _send_file(self, path: str) -> None:
        name = _inside(path)
        place = _place(self.server.folder, name)
        if place is not None and os.path.isdir(place):  # noqa: PTH112  a name too long is no error to it
            if not path.endswith("/"):
                self._send(HTTPStatus.MOVED_PERMANENTLY, b"", {"Location": f"{urlsplit(self.path).path}/"})
                return
            name = f"{name}/index.html".removeprefix("/")
            place = _place(self.server.folder, name)
        state = state_of(self.server.folder, name)  # before its content: an older one is only asked for again
        content = _read(place)
        if content is None:
            missing = _read(self.server.folder / "404.html") or b"no such file\n"
            self._send(HTTPStatus.NOT_FOUND, missing, {"Content-Type": TYPES[".html"]})
            return
        kind = TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
        if name.endswith(".html") and not is_hashed(name) and not name.startswith("data/"):
            content = with_reload(content, state)
        self._send_content(content, kind, FOR_EVER if is_hashed(name) else ALWAYS_ASK)

    def _send_script(self, text: bytes) -> None:
        self._send(HTTPStatus.OK, text, {"Content-Type": TYPES[".js"], "Cache-Control": "no-store"})

    def _send_content(self, content: bytes, kind: str, caching: str) -> None:
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"Content-Type": kind, "Cache-Control": caching, "ETag": tag, "Vary": "Accept-Encoding"}
        if tag in self.headers.get("If-None-Match", ""):
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
            return
        span = _span(self.headers.get("Range", ""), len(content))
        if span is not None:
            self._send_part(content, span, headers)
            return
        if kind.startswith(PACKED) and len(content) >= LEAST_PACKED and self._takes_gzip():
            content = _packed(content)
            headers["Content-Encoding"] = "gzip"
        self._send(HTTPStatus.OK, content, headers)

    def _send_part(self, content: bytes, span: range, headers: dict[str, str]) -> None:
        if not span:
            refused = {"Content-Range": f"bytes */{len(content)}", "Cache-Control": ALWAYS_ASK}
            self._send(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"the file has no such bytes\n", refused)
            return
        headers["Content-Range"] = f"bytes {span[0]}-{span[-1]}/{len(content)}"
        self._send(HTTPStatus.PARTIAL_CONTENT, content[span.start : span.stop], headers)

    def _takes_gzip(self) -> bool:
        offers = [offer.replace(" ", "") for offer in self.headers.get("Accept-Encoding", "").split(",")]
        return any(
            offer == "gzip" or (offer.startswith("gzip;q=") and offer != "gzip;q=0") for offer in offers
        )

    def _send(self, status: HTTPStatus, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        fields = {"Content-Type": TYPES[".txt"], "X-Content-Type-Options": "nosniff", **(headers or {})}
        fields |= {"Accept-Ranges": "bytes", "Content-Length": str(len(content))}
        if status is HTTPStatus.NOT_MODIFIED:
            del fields["Content-Length"]
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _inside(path: str) -> str:
    """A path relative to the site; empty for one that would lead out of it, which is answered as missing."""
    parts = [part for part in path.split("/") if part]
    is_odd = any(
        part in (".", "..") or part.startswith(".") or "\\" in part or "\0" in part for part in parts
    )
    return "\0" if is_odd else "/".join(parts)


def _place(folder: Path, name: str) -> Path | None:
    """Where a file of the site is; None for what is not in the site, whatever links say."""
    if "\0" in name:
        return None
    place = Path(os.path.realpath(folder / name))
    return place if place == folder or place.is_relative_to(folder) else None


def _read(place: Path | None) -> bytes | None:
    try:
        return place.read_bytes() if place is not None else None
    except OSError:
        return None


def _span(asked: str, size: int) -> range | None:
    """The bytes of a single range, as a film player asks for; none beyond the end, None for anything else."""
    unit, _, text = asked.partition("=")
    first, dash, last = text.partition("-")
    if unit != "bytes" or not dash or not first.isdecimal() or (last and not last.isdecimal()):
        return None
    start, stop = _count(first), _count(last) + 1 if last else size
    return range(start, min(stop, size)) if stop > start or start >= size else None


def _count(digits: str) -> int:
    """A number that somebody wrote: Python reads none of 5,000 digits, and no file has so many bytes."""
    return int(digits) if len(digits) <= MOST_DIGITS else int("9" * MOST_DIGITS)


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 4, mtime=0)
