"""Mistakes in templates of the user's own, told with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb

from sitegen.errors import MisuseError


@contextmanager
def blaming_templates(custom_dir: Path | None) -> Iterator[None]:
    """An error below a template of this folder is the user's to mend; any other one stays what it is."""
    try:
        yield
    except Exception as error:
        if isinstance(error, UnicodeDecodeError) and custom_dir is not None:
            # Jinja2 read a file, and does not say which.
            for template in sorted((custom_dir / "templates").rglob("*")):
                if template.is_file():
                    check_utf8(template, template.read_bytes())
        place = _place(error, custom_dir)
        if not place:
            raise
        said = getattr(error, "message", None) or str(error) or type(error).__name__
        raise MisuseError(
            f"{place}: {said}.".replace("..", "."),
            hint="Mend that line. What a template may use: docs/reference/theme.md; --debug shows more.",
        ) from error


def check_utf8(place: Path, content: bytes) -> None:
    """Refuses a file of a theme that is in another encoding."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise MisuseError(f"{place}:{line}: this is not UTF-8.", hint="Save the file as UTF-8.") from None


def _place(error: Exception, custom_dir: Path | None) -> str:
    """The innermost line of a template of the folder; in tracebacks Jinja2 names templates like code."""
    if custom_dir is None:
        return ""
    folder = custom_dir.resolve()
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    own = [
        (file, line)
        for file, line in frames
        if file.endswith(".html") and folder in Path(file).resolve().parents
    ]
    return f"{own[-1][0]}:{own[-1][1]}" if own else ""
