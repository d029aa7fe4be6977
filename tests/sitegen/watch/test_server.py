"""The preview serves the site to this machine, and nothing else to anybody."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.errors import SiteError
from sitegen.output.tree import Tree
from sitegen.watch.server import SiteServer, open_server
from tests.recorded import RecordedRun
from tests.sites import ROOT

PAGE = b"<!doctype html><head><title>x</title></head><body>" + b"word " * 400 + b"</body>"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SiteServer]:
    """A published site with a page, an asset, a film, and a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    with Tree(tmp_path / "site") as tree:
        tree.write("index.html", PAGE)
        tree.write("404.html", b"<head></head>nothing here")
        tree.write("demo/index.html", PAGE + b"demo")
        tree.write("data/demo/0123456789abcdef.js", b"site.data();" * 200)
        tree.write("data/demo/media/film.mp4", bytes(range(256)))
        tree.publish()
    made = SiteServer(tmp_path / "site", 0)
    made.begin()
    yield made
    made.shutdown()
    made.server_close()


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.content = answer.read()


def ask(server: SiteServer, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def test_only_this_machine_can_reach_it(server: SiteServer) -> None:
    """The socket is bound to the loopback address, whatever other addresses there are."""
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_files_have_their_types_and_lifetimes(server: SiteServer) -> None:
    """Hashed names may be kept for ever; pages are asked for again, and answered in a word when unchanged."""
    page = ask(server, "/")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["x-content-type-options"] == "nosniff"
    chunk = ask(server, "/data/demo/0123456789abcdef.js?7")
    assert chunk.content == b"site.data();" * 200
    assert chunk.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in chunk.headers["cache-control"]
    again = ask(server, "/", If_None_Match=page.headers["etag"])
    assert (again.status, again.content) == (304, b"")


def test_pages_follow_the_builds(server: SiteServer) -> None:
    """A page gets a script that asks for its state, which changes when the page does; files do not."""
    page = ask(server, "/demo/")
    (tag,) = re.findall(
        rb'<script src="/-/reload.js" data-state="\w+" defer></script>(?=</head>)', page.content
    )
    assert page.content.replace(tag, b"") == PAGE + b"demo"
    assert ask(server, "/-/reload.js").status == 200
    before = ask(server, "/-/state.js?%2Fdemo%2F&1").content
    assert ask(server, "/-/state.js?%2Fdemo%2Findex.html&2").content == before
    with Tree(server.folder) as tree:
        tree.write("index.html", PAGE)
        tree.write("demo/index.html", PAGE + b"changed")
        tree.publish()
    assert ask(server, "/-/state.js?%2Fdemo%2F&3").content != before


def test_a_page_that_renews_itself_is_not_loaded_again(server: SiteServer) -> None:
    """While its run is live only a change of the theme loads it anew."""

    def state(page: bytes, script: str) -> bytes:
        with Tree(server.folder) as tree:
            tree.write("demo/index.html", page)
            tree.write("demo/index.live.js", page)
            tree.write(f"assets/app.{script}.js", b"1")
            tree.publish()
        return ask(server, "/-/state.js?%2Fdemo%2F&1").content

    first = state(PAGE, "aaaaaaaa")
    assert state(PAGE + b"2", "aaaaaaaa") == first
    assert state(PAGE + b"2", "bbbbbbbb") != first


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/demo/../../secret.txt",
        "/..%2fsecret.txt",
        "/demo/%2e%2e%2f%2e%2e%2fsecret.txt",
        "//etc/passwd",
        "/..\\secret.txt",
        "/link.txt",
        "/folder/secret.txt",
        "/.runpress-site.json",
        "/index.html%00.txt",
        "/absent.html",
        "/" + "a/" * 2000,
        "/" + "a" * 5000,
    ],
)
def test_nothing_outside_the_site_is_served(server: SiteServer, path: str) -> None:
    """However the way out is written, and also where a link in the site leads out."""
    (server.folder / "link.txt").symlink_to(server.folder.parent / "secret.txt")
    (server.folder / "folder").symlink_to(server.folder.parent)
    answer = ask(server, path)
    assert answer.status == 404
    assert b"secret" not in answer.content
    assert b"nothing here" in answer.content


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", ""])
def test_other_names_are_refused(server: SiteServer, host: str) -> None:
    """A page elsewhere that points a name of its own at this machine reads nothing."""
    answer = ask(server, "/", Host=host.format(port=server.server_address[1]))
    assert answer.status == 421
    assert b"word" not in answer.content
    assert ask(server, "/", Host=f"localhost:{server.server_address[1]}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_only_get_and_head(server: SiteServer, method: str) -> None:
    """Everything else is refused by name."""
    answer = ask(server, "/", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_head_is_get_without_the_content(server: SiteServer) -> None:
    """The same headers, no byte more."""
    got, head = ask(server, "/"), ask(server, "/", "HEAD")
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize(
    ("offer", "is_packed"), [("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("br", False)]
)
def test_text_is_compressed_for_who_asks(server: SiteServer, offer: str, is_packed: bool) -> None:
    """And only for them; films never."""
    answer = ask(server, "/data/demo/0123456789abcdef.js", Accept_Encoding=offer)
    assert (answer.headers.get("content-encoding") == "gzip") == is_packed
    content = gzip.decompress(answer.content) if is_packed else answer.content
    assert content == b"site.data();" * 200
    assert "content-encoding" not in ask(server, "/data/demo/media/film.mp4", Accept_Encoding=offer).headers


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-3", 206, bytes([0, 1, 2, 3])),
        ("bytes=250-", 206, bytes(range(250, 256))),
        ("bytes=250-9999", 206, bytes(range(250, 256))),
        (f"bytes=254-{'9' * 5000}", 206, bytes([254, 255])),
        ("bytes=300-", 416, b"the file has no such bytes\n"),
        (f"bytes={'9' * 5000}-", 416, b"the file has no such bytes\n"),
        ("bytes=9-3", 200, bytes(range(256))),
        ("bytes=-5", 200, bytes(range(256))),
        ("lines=1-2", 200, bytes(range(256))),
    ],
)
def test_films_can_be_wound(server: SiteServer, asked: str, status: int, content: bytes) -> None:
    """A part is sent where it is asked for in the usual way, the whole otherwise; none is beyond the end."""
    answer = ask(server, "/data/demo/media/film.mp4", Range=asked)
    assert (answer.status, answer.content) == (status, content)
    assert status != 416 or answer.headers["content-range"] == "bytes */256"


@pytest.mark.parametrize("target", ["http://[", "http://[::1/index.html"])
def test_a_target_that_is_no_address_is_answered(server: SiteServer, target: str) -> None:
    """Whoever asks is told so, and the connection goes on."""
    port = server.server_address[1]
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for _ in range(2):
            connection.sendall(request.encode())
            answer = b""
            while not answer.endswith(b"this is no address\n"):
                answer += (block := connection.recv(4096))
                assert block, "the connection was closed without a whole answer"
            assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """One that was asked for is an error; by default the next free one is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SiteError, match=f"port {port} of 127.0.0.1 is taken"):
            open_server(tmp_path, port, is_fixed=True)
        made = open_server(tmp_path, port, is_fixed=False)
        assert made.server_address[1] > port
        made.server_close()


def test_many_connections_at_once_wait_their_turn(server: SiteServer) -> None:
    """A page with many files, loaded by several browsers: none is refused while others are not taken up."""
    server.shutdown()  # nobody takes them up
    taken = [
        socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=0.9) for _ in range(60)
    ]
    for one in taken:
        one.close()
    assert len(taken) == 60


def test_a_client_that_never_reads_holds_up_nothing(tmp_path: Path) -> None:
    """It asked for much and takes nothing: the command ends by SIGINT all the same, and well."""
    with RecordedRun(tmp_path / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
    (tmp_path / "said").touch()
    command = "import sys; from sitegen.cli.main import main; sys.exit(main())"
    with (tmp_path / "said").open("w") as said:
        serve = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", "0"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
            # Of a shell's background commands, and so of tests started there, SIGINT is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        port = _port_said(tmp_path / "said", serve)
        with (tmp_path / "site" / "static.bin").open("wb") as large:
            large.truncate(50_000_000)
        with socket.create_connection(("127.0.0.1", port), timeout=60) as unread:
            unread.sendall(f"GET /static.bin HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert unread.recv(8) == b"HTTP/1.1"  # the answer has begun, and most of it waits
            serve.send_signal(signal.SIGINT)
            # No time of ours ends it: a connection is given up after a minute, which would be too late.
            assert serve.wait(45) == 0
    finally:
        serve.kill()
        serve.wait()


def _port_said(said: Path, serve: subprocess.Popen[bytes]) -> int:
    while not (found := re.search(r"Open http://127\.0\.0\.1:(\d+)/", said.read_text())):
        assert serve.poll() is None, "it ended before it said where it is"
        time.sleep(0.05)
    return int(found[1])


def test_garbage_is_survived(server: SiteServer) -> None:
    """Bytes that are no request, and a client that goes away, leave the server as it was."""
    for garbage in (
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:",
    ):
        with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10) as connection:
            connection.sendall(garbage)
    assert ask(server, "/").status == 200
