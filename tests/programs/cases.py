"""The table of cases: `python -m tests.programs.cases [CASE...]`, or `make cases`.

Each input of tests/cases with the command that its row asks for: what was asked, what it gave. Exit status 1
where one differs.
"""

from __future__ import annotations

import re
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.programs.case_rows import (
    CASES,
    TP1,
    TP2,
    Row,
    built,
    built_and_graded,
    count_of_grades,
    graded,
    grades,
    messages,
    of_double,
    on_gradescope,
    says,
)

CAPS = "Évaluation TP2"
LINE = 100

ROWS = (
    Row(case="K01 tp1", asked="semestre 20/20, told", got=graded(TP1, "K01-tp1")),
    Row(case="K01 tp2", asked="f03c-blanc-plus-de-cellules 20/20, told", got=graded(TP2, "K01-tp2")),
    Row(
        case="K01 gradescope",
        asked="20/20, told",
        got=on_gradescope("K01-tp2-gradescope/g1-dossier-entier.zip"),
    ),
    Row(case="K02 f03a", asked="f03a-ipynb-txt 20/20, told", got=graded(TP2, "K02/f03a-ipynb-txt.zip")),
    Row(
        case="K02 moodle",
        asked=r"Alice\S+ 20/20, Chloé\S+ 20/20, told",
        got=graded(TP2, "K02/moodle-txt-et-capture.zip"),
    ),
    Row(
        case="K02 dossier",
        asked=r"f01a\.ipynb\.txt 20/20, told, f01d\.py unreadable, f01j\.pdf unreadable",
        got=graded(TP2, "K02/dossier"),
    ),
    Row(case="K02 gradescope", asked="20/20, told", got=on_gradescope("K02/gradescope")),
    Row(
        case="K03",
        asked="Alice 20, Bruno 17, Chloé 0, David 20, Emma 0",
        got=grades("K03/petit-moodle.zip", "K03/petite-feuille.csv", "K03/liste-ID.csv"),
    ),
    Row(
        case="K06",
        asked="a-propre 3/3, b-x-reutilise 3/3",
        got=built_and_graded("K06/d01-cachees-seulement", "K06/a-propre.ipynb", "K06/b-x-reutilise.ipynb"),
    ),
    Row(case="K07", asked="built, solution 1/1", got=built("K07/a07-variable-math")),
    Row(
        case="K10 nfd",
        asked="17 grades",
        got=count_of_grades("K11/moodle.zip", "K11/feuille.csv", "K10/ecole-nfd.csv", column=CAPS),
    ),
    Row(
        case="K10 deux mails",
        asked="17 grades",
        got=count_of_grades("K11/moodle.zip", "K11/feuille.csv", "K10/ecole-deux-mails.csv"),
    ),
    Row(
        case="K11",
        asked="Alice Durand 20,00 and 20,00",
        got=of_double("Alice Durand", "K11/moodle.zip", "K11/feuille.csv", "K11/ecole-double.csv"),
    ),
    Row(case="K15", asked="f04d-un-octet-invalide 20/20", got=graded(TP2, "K15")),
    Row(case="K04 b01", asked="refused: .*cell.*", got=built("K04/b01-une-question-sur-deux-en-markdown")),
    Row(case="K04 c01e", asked="refused: .*cell.*", got=built("K04/c01e-espace-avant")),
    Row(case="K05", asked="refused: .*test_i.*", got=built("K05/a13b-deux-fonctions-une-cellule")),
    Row(case="K08", asked="no odd sentence", got=messages("K08", odd="Stub|object of type add")),
    Row(
        case="K09 n25",
        asked="says .+",
        got=says("K09/n25-espaces-insecables-guillemets.ipynb", what="SyntaxError.*"),
    ),
    Row(
        case="K09 n08",
        asked="says .+",
        got=says("K09/n08-fonctions-renommees.ipynb", what=r"ajouter_\b.*\bajouter\b[^_].*"),
    ),
    Row(case="K12", asked="no odd sentence", got=messages("K12", odd=r"StudentError|\b(\w+) ?: \1:")),
    Row(case="K13 a01", asked="refused: .*texte brut.*", got=built("K13/a01-blocs-en-markdown")),
    Row(case="K13 a08b", asked="refused: .*SOLUTION.*", got=built("K13/a08b-solution-minuscule")),
    Row(case="K13 a09", asked="refused: .*guillemets.*", got=built("K13/a09-noms-nombres")),
    Row(case="K13 b30c", asked="refused: .*hidden: oui.*", got=built("K13/b30c-hidden-oui")),
    Row(case="K14", asked="refused: .*q1.*", got=built("K14/c09-nom-double-points")),
)


def tried(row: Row) -> tuple[str, bool]:
    """What a row gives, and whether that is what was asked."""
    with tempfile.TemporaryDirectory(prefix="notegrad-cases-") as place:
        try:
            got = row.got(Path(place))
        except RuntimeError as error:
            got = f"failed: {error}"
    return got, re.fullmatch(row.asked, got, re.DOTALL) is not None


def main(names: Sequence[str]) -> int:
    """Print the table as it is made."""
    chosen = [row for row in ROWS if not names or any(row.case.startswith(name) for name in names)]
    sys.stdout.write(f"{'case':16} {'ok':5} asked | got\n")
    wrong = 0
    for row in chosen:
        got, is_right = tried(row)
        wrong += not is_right
        shown = textwrap.shorten(got, LINE, placeholder=" …")
        sys.stdout.write(f"{row.case:16} {'ok' if is_right else 'WRONG':5} {row.asked} | {shown}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} rows, {wrong} of them wrong\n")
    return 1 if wrong or not chosen else 0


def unlisted() -> Iterator[str]:
    """Folders of tests/cases that no row is about."""
    listed = {row.case.split()[0] for row in ROWS}
    yield from sorted({folder.name.split("-")[0] for folder in CASES.iterdir()} - listed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
