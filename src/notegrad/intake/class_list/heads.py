"""Heads of columns, compared as people mean them: without case, accents, Unicode form and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

KEY = ("ID", "User ID", "Id utilisateur")
NUMBER = (
    "SIS User ID", "SID", "Student ID", "Student number", "ID number", "OrgDefinedId", "Org Defined ID",
    "Numéro d'identification", "Numéro étudiant", "N° étudiant", "Num étudiant", "Num etu", "Code étudiant",
    "Numéro d'étudiant", "N° d'étudiant", "N° Apogée", "Numéro Apogée", "Code Apogée", "Apogée", "cod_etu",
    "INE", "Numéro INE", "Numéro", "Matricule", "Number",
)  # fmt: skip
EMAIL = (
    "Email", "E-mail", "Email address", "E-mail address", "Adresse de courriel", "Courriel", "Mail", "Mél",
    "Adresse e-mail", "Adresse mail", "Adresse mél", "Adresse électronique", "Courrier électronique",
    "Mail étudiant", "Email étudiant", "Mail institutionnel", "Student email",
)  # fmt: skip
LOGIN = (
    "SIS Login ID", "Username", "User name", "Login", "Nom d'utilisateur", "Identifiant", "Identifier", "uid",
)  # fmt: skip
NAME = (
    "Full name", "Nom complet", "Student", "Étudiant", "Étudiante", "Name", "Nom et prénom", "Nom prénom",
    "Prénom et nom", "Prénom nom", "Student name", "Nom de l'étudiant",
)  # fmt: skip
FIRST = ("First name", "FirstName", "Given name", "Prénom", "Prénoms", "Prénom(s)")
LAST = (
    "Last name",
    "LastName",
    "Surname",
    "Family name",
    "Nom de famille",
    "Nom d'usage",
    "Nom patronymique",
    "Nom",
)
GROUP = ("Group", "Groupe", "Section", "Sections", "TD", "Groupe de TD", "Groupe TD")

_NOT_COMPARED = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def plain(head: str) -> str:
    """A head as it is compared: small letters and digits without accents; `N°` is `no`."""
    text = unicodedata.normalize("NFKD", head.replace("°", "o").replace("º", "o")).casefold()
    return _NOT_COMPARED.sub("", "".join(char for char in text if not unicodedata.combining(char)))


def usual_heads(named: str | None = None) -> frozenset[str]:
    """The heads by which the first line of a list is known, and the one that somebody named, as compared."""
    kinds = (KEY, NUMBER, EMAIL, LOGIN, NAME, FIRST, LAST, GROUP)
    return frozenset(plain(name) for kind in kinds for name in (*kind, *([named] if named else [])))


def find_columns(heads: Sequence[str], names: Sequence[str]) -> list[int]:
    """The columns with one of these heads, from the left."""
    wanted = {plain(name) for name in names}
    return [at for at, head in enumerate(heads) if plain(head) in wanted]
