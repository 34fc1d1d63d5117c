"""Schools, campuses and offices as patrons write them: spellings brought together, and what kind each is."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KEY_LENGTH = 191
LONG_FORMS = (
    ("sekolah menengah atas", "sma"),
    ("sekolah menengah pertama", "smp"),
    ("sekolah menengah kejuruan", "smk"),
    ("sekolah dasar", "sd"),
    ("taman kanak kanak", "tk"),
    ("madrasah aliyah", "ma"),
    ("madrasah tsanawiyah", "mts"),
    ("madrasah ibtidaiyah", "mi"),
    ("universitas", "univ"),
    ("university", "univ"),
    ("fakultas", "fak"),
    ("perseroan terbatas", "pt"),
)
LEVELS = "sd|smp|sma|smk|slb|mts|mi|ma|tk"
STATE = re.compile(rf"\b({LEVELS}) ?(?:negeri|neg|n)\b")
STATE_WITH_NUMBER = re.compile(rf"\b({LEVELS})n?(\d+)\b")
PRIVATE = re.compile(rf"\b({LEVELS}) ?(?:swasta|s)\b")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
ROMAN_NUMBER = re.compile(rf"\b((?:{LEVELS})n) ({'|'.join(ROMAN)})\b")
NUMBER_SIGN = re.compile(r"\b(?:no|nomor|nmr) (?=\d)")
ZEROS = re.compile(r"\b0+(?=\d)")
INITIALS = re.compile(r"\b(?:\w\.){2,}")
NO_INSTITUTION = frozenset(
    """wiraswasta; wirausaha; swasta; karyawan; karyawan swasta; pegawai swasta; ibu rumah tangga; irt; pensiunan;
    pensiunan pns; purnawirawan; pns; asn; pelajar; siswa; mahasiswa; mahasiswi; umum; guru; dosen; petani; nelayan;
    buruh; tidak ada; tidak bekerja; belum bekerja; lainnya; lain lain; none; n a; na; x; null; test; tes""".replace(
        "\n    ", " "
    ).split("; ")
)

SCHOOL, CLASS, OFFICE, COMMUNITY, FACULTY = "school", "class", "office", "community", "faculty"
KINDS = (SCHOOL, CLASS, OFFICE, COMMUNITY, FACULTY)
MARKS = {
    FACULTY: "fak univ fkip fisip institut politeknik akademi stie stikes stmik stai iain uin kampus",
    SCHOOL: """sd smp sma smk slb mts mi ma tk sdn smpn sman smkn mtsn min man sdit smpit smait mis paud ra sekolah
        madrasah pesantren ponpes perguruan school""",
    OFFICE: """dinas kantor pt cv ud bank badan balai bps bappeda polsek polres polda kodim puskesmas rsu rsud rs klinik
        koperasi kementerian kejaksaan pengadilan pemko pemkab pemkot sekretariat toko kpp""",
}

SCHOOL_WORDS = {*MARKS[SCHOOL].split()}


@lru_cache(maxsize=20_000)  # a school's pupils write it alike
def folded(institution: str) -> str:
    """Return what two spellings of one institution have in common, '' where it names none.

    'SMAN 1 Medan', 'SMA N 1 Medan' and 'SMA Negeri 01, Medan' are one; 'SMA Swasta X' and 'SMA X' too. Numbers and
    places stay, so that SMAN 1 and SMAN 11, or two towns' SMAN 1, are never one. At most 191 characters.
    """
    text = "".join(c for c in unicodedata.normalize("NFKD", institution.casefold()) if not unicodedata.combining(c))
    text = INITIALS.sub(lambda found: found[0].replace(".", "") + " ", text)
    text = " ".join(re.sub(r"[^\w]+|_", " ", re.sub(r"['`\u2019]", "", text)).split())
    for long, short in LONG_FORMS:
        text = re.sub(rf"\b{long}\b", short, text)
    text = NUMBER_SIGN.sub("", text)
    text = STATE.sub(r"\1n", STATE_WITH_NUMBER.sub(_apart, text))
    text = PRIVATE.sub(r"\1", text)
    text = ROMAN_NUMBER.sub(lambda found: f"{found[1]} {ROMAN[found[2]]}", text)
    text = ZEROS.sub("", text)
    return "" if text in NO_INSTITUTION or not re.search(r"[^\W\d]{2}", text) else text[:KEY_LENGTH].strip()


def _apart(found: re.Match[str]) -> str:
    is_state = found[0][len(found[1])] == "n"
    return f"{found[1]}{'n' if is_state else ''} {found[2]}"


def kind_of(name: str) -> str:
    """Return the kind of group an institution of this name probably is; staff may choose another."""
    words = set(folded(name).split())
    return next((kind for kind, marks in MARKS.items() if words & set(marks.split())), COMMUNITY)


def is_near(one: str, other: str) -> bool:
    """Tell whether two folded institutions may be one with a slip of the pen.

    Their numbers and the level of the school are the same, and all but one letter of the rest (left out, put in,
    another, or two swapped). SMA 1 may well be SMAN 1.
    """
    if one == other or re.findall(r"\d+", one) != re.findall(r"\d+", other) or min(len(one), len(other)) < 8:
        return False
    levels = {each.partition(" ")[0] for each in (one, other)}
    if len(levels) == 2 and levels <= SCHOOL_WORDS and len({level.removesuffix("n") for level in levels}) == 2:
        return False  # MAN and MIN are no slip of the pen
    return _is_one_slip(one, other) or _is_one_slip(other, one)


def _is_one_slip(one: str, other: str) -> bool:
    """Tell whether ``other`` comes of ``one`` by one letter changed, put in, or swapped with the next."""
    if not 0 <= len(other) - len(one) <= 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, tail = one[at:], other[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return tail == swapped or rest[1:] == tail[1:] or rest == tail[1:]
