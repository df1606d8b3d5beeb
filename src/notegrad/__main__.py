"""`python -m notegrad`: the command `notegrad`, where no script is on the PATH."""

from __future__ import annotations

from notegrad.cli.main import main

if __name__ == "__main__":
    main()
