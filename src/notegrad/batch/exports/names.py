"""Names in zips that do not say how they are encoded: what Windows, macOS and old tools write."""

from __future__ import annotations

import zipfile

_UTF8_FLAG = 0x800
# What a wrong guess turns into signs and a right one into letters of the languages around us.
_LETTERS = frozenset("àâäáãåçéèêëíìîïñóòôöõúùûüýÿœæÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸŒÆßøØ’'·")
_CODE_PAGES = ("cp850", "cp1252", "mac_roman")


def decoded_name(info: zipfile.ZipInfo) -> str:
    """The member's name: UTF-8 where it says so or is so, else the code page that gives most letters."""
    name = info.orig_filename.split("\0", 1)[0]
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    raw = name.encode("cp437")  # how zipfile decoded it; every byte has a letter there
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        guesses = [raw.decode(page, "replace") for page in _CODE_PAGES]
        return max(guesses, key=_likelihood)


def _likelihood(name: str) -> tuple[int, int]:
    """More letters, then more small ones: a name has few capitals inside."""
    strange = [char for char in name if not char.isascii()]
    return sum(char in _LETTERS for char in strange), sum(char.islower() for char in strange)
