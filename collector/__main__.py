"""`python -m collector`: the command `collect`, where its script is not on the PATH."""

from collector.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
