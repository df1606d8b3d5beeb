"""`python -m notegrad`: the command `notegrad`, where no script is on the PATH."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder where the command was started: a hand-in there may be called `torch.py`
    from notegrad.cli.main import main

    main()
