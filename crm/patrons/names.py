"""Names as they are shown, matched and spoken; first and last names are never told apart."""

from __future__ import annotations

import html
import re
import unicodedata

from ftfy import fix_encoding

_TITLES = (
    "prof dr drs dra drg drh ir h hj kh hjh haji hajah hc apt ns tn ny nn sdr sdri bpk bapak ibu pak bu "
    "ust ustad ustadz ustaz ustadzah mr mrs ms miss kol letkol mayjen brigjen"
)
_DEGREES = (
    "spd mpd spdi mpdi spdsd ssi msi skom mkom sag mag ssos msos sip mip sh mh shi se mm mmpd mti st mt stp mtp sp mp "
    "skm mkm mkes skep skeb ners sfarm mfarm shum mhum sikom mikom skg skh sked amd amdkeb amdkep amdkom amk ama "
    "spt mpt sstp sst stkom sptn str strkom strkeb mak sak ssn msn ss sthi spsi mpsi sei mei sebi sptk "
    "phd md mba ma ba bsc msc beng meng bba lc mmsi map msak ak ca cpa dea ded edd dba "
    "spa spb spog spm sppd spkk spjp spkj spp spbs spot sprad span sptht spak"
)
TITLES = frozenset(_TITLES.split())
DEGREES = frozenset(_DEGREES.split())
SHORTEST_BARE_DEGREE = 3  # letters; "SE" or "ST" without a dot or a comma may be part of a name

MUHAMMAD = "muhammad"
_MUHAMMADS = (
    "muhammad muhamad muhamat muhammat muhamed muhammed mohammad mohamad mohamat mohammed mohamed mochammad mochamad "
    "mochamat muchammad muchamad mukhammad mukhamad mohd mohamd moh moch much muh muhd mhd mohmad"
)
VARIANTS = {
    **dict.fromkeys(_MUHAMMADS.split(), MUHAMMAD),
    **dict.fromkeys(("achmad", "akhmad", "ahmat", "achmat", "ahmed", "ach", "akh"), "ahmad"),
    **dict.fromkeys(("abd", "abdl", "abdoel"), "abdul"),
    **dict.fromkeys(("boru", "bru"), "br"),
}
FIRST_VARIANTS = {"m": MUHAMMAD, "md": MUHAMMAD, "st": "siti", "sitti": "siti"}  # short for it only at the beginning
SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"))  # as written before 1972

ADULTS = ("adult", "senior")
NOT_KNOWN = "Bapak/Ibu"
LONGEST_FOLDED = 191
APOSTROPHES = "'`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"

_SIGNS = re.compile(r"[\W_]+")
_NO_APOSTROPHES = dict.fromkeys(map(ord, APOSTROPHES))
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_GLUED = re.compile(rf"\b({'|'.join(sorted(TITLES))})\.(?=[^\W\d_])", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")
_DOUBLED = re.compile(r"([^\W\d_])\1+")


def repaired(text: str | None) -> str | None:
    """Return a text as it was meant: HTML entities and tags resolved, mojibake mended, blanks in order.

    None where no letter and no digit is left.
    """
    if text is None:
        return None
    if not text.isascii():
        text = fix_encoding(text)
    for _ in range(3):  # what was escaped more than once
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)
    text = " ".join(text.split())
    return text if _LETTER.search(text) else None


def without_titles(name: str) -> str:
    """Return a repaired name without titles before it and degrees behind it; never less than one word."""
    first, *others = (part.strip() for part in name.split(","))
    kept = [first, *(part for part in others if part and not _is_degrees(part))]
    words = " ".join(kept).split()
    while len(words) > 1 and _is_bare_degree(words[-1]):
        words.pop()
    words = _GLUED.sub(r"\1. ", " ".join(words)).split()
    while len(words) > 1 and _letters(words[0]) in TITLES:
        words.pop(0)
    return " ".join(words)


def _letters(word: str) -> str:
    return "".join(filter(str.isalpha, word)).casefold()


def _is_degrees(part: str) -> bool:
    """Tell whether what stands behind a comma is degrees alone."""
    return all(_letters(word) in DEGREES or ("." in word and len(_letters(word)) <= 6) for word in part.split())


def _is_bare_degree(word: str) -> bool:
    letters = _letters(word)
    return letters in DEGREES and ("." in word.rstrip(".") or len(letters) > SHORTEST_BARE_DEGREE)


def folded(name: str | None) -> str:
    """Return a name for matching: lower case, no titles, accents or signs, variants of Muhammad and the like as one.

    Words stay apart and in order. Empty where there is nothing to match.
    """
    if not name:
        return ""
    plain = without_titles(name).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).casefold()
        plain = "".join(each for each in plain if not unicodedata.combining(each))
    words = _SIGNS.sub(" ", plain.translate(_NO_APOSTROPHES)).split()
    if len(words) > 1:
        words[0] = FIRST_VARIANTS.get(words[0], words[0])
    return " ".join(map(_spelled, words))[:LONGEST_FOLDED].rstrip()


def _spelled(word: str) -> str:
    if word in VARIANTS:
        return VARIANTS[word]
    for old, new in SPELLINGS:
        word = word.replace(old, new)
    word = _DOUBLED.sub(r"\1", word)
    return VARIANTS.get(word, word) if word != "m" else word


def sapaan(name: str | None, gender: str | None, age_band: str) -> str:
    """Return how a reader is spoken to: Adik, Kak, Bapak or Ibu and the name without titles, else "Bapak/Ibu".

    ``gender`` is m, f or None, ``age_band`` as of ``births.age_band``. Written names in capitals alone are set anew.
    """
    if not name:
        return NOT_KNOWN
    bare = without_titles(name)
    if bare.isupper() or bare.islower():
        bare = " ".join(word.capitalize() for word in bare.split())
    if age_band == "child":
        return f"Adik {bare}"
    if age_band in ("teen", "young"):
        return f"Kak {bare}"
    if age_band in ADULTS and gender in ("m", "f"):
        return f"{'Bapak' if gender == 'm' else 'Ibu'} {bare}"
    return NOT_KNOWN
