"""Makes a database as this version has it, with rows in every table, for tests of later versions to bring forward.

    python -m tests.programs.old_database tests/server/old_databases/VERSION.zip

Run it before a release, or before a migration is added; what it made is never made anew.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support import server_database


def main(file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="notegrad-old-") as folder:
        server_database.set_up_django(Path(folder))
        server_database.use(f"sqlite://{folder}/old.sqlite3")
        server_database.migrate()
        from notegrad.server.operation.backup import back_up
        from tests.support.database_with_everything import fill

        fill()
        rows = back_up(file).tables.rows
        print(f"{file}: {sum(rows.values())} rows, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
