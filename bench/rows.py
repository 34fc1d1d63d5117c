"""The rows of the invented library, as INSERT … SELECT from the server's own number sequences.

Every value is a function of the row's number, so the same size gives the same bytes each time. Text is partly not
ASCII; there are NULLs, empty texts, zero and impossible dates, and loans of patrons and items that are gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.sizes import Size

FIRST_DAY = "DATE'2015-01-01'"
DAYS = 4_300

# fmt: off
FIRST_NAMES = (
    "Siti", "Ahmad", "Budi", "Dewi", "Nurul", "Agus", "Rina", "Wayan", "Ni Made", "Zoë", "José", "Putri", "Yusuf",
    "Ketut", "Nur'aini", "Moh.", "M.", "Tri", "Ängga", "Dr. Hj. Sri", "Łucja", "李", "Fatimah", "Bagus",
)
LAST_NAMES = (
    "Wijaya", "Santoso", "Hidayat", "Nugroho", "Lestari", "Sanjaya", "Rahmawati", "Simanjuntak", "Nasution", "Siregar",
    "Halim", "Pratama", "O'Brien", "S.Pd.", "binti Abdullah", "Kusumawardhani", "Ginting", "明", "", "Saputra",
)
TITLE_WORDS = (
    "Pengantar", "Sejarah", "Dasar-dasar", "Ensiklopedia", "Cerita", "Kumpulan puisi", "Metode penelitian", "Laskar",
    "Bumi manusia", "القرآن الكريم", "Ilmu", "Teknik", "Hukum", "Ekonomi & bisnis", "Café", "ꦗꦮ", "Ronggeng", "Kimia",
    'Matematika "modern"', "Filsafat", "Biologi sel", "Komputer", "Pendidikan", "Seni", "Gadis pantai", "Naïve",
)
MORE_WORDS = (
    "Indonesia", "Jawa Tengah", "abad ke-20", "untuk perguruan tinggi", "anak", "modern", "jilid 2", "nusantara",
    "Bali", "edisi revisi", "dan masyarakat", "di Sumatera", "sehari-hari", "terapan", "Aceh", "1945-1950",
)
# fmt: on
STREETS = ("Jl. Merdeka", "Jl. Sudirman", "Gg. Mawar", "Jl. Diponegoro", "Perum. Griya Indah", "Dsn. Krajan")
FACULTIES = 'a:2:{i:0;a:2:{i:0;i:0;i:1;s:6:"Teknik";}i:1;a:2:{i:0;i:1;i:1;s:5:"Hukum";}}'

Columns = dict[str, str]


def statements(size: Size) -> Iterator[str]:
    """Yield the statements that fill all tables."""
    stamps = {"input_date": FIRST_DAY, "last_update": "DATE'2020-01-01'"}
    for table, rows, columns in lookups():
        yield insert(table, rows, columns | stamps)
    yield from fixed()
    yield insert("member", size.members, member(size))
    yield insert("member_custom", size.members, member_custom(size)) + " WHERE seq % 10 < 7"
    yield insert("biblio", size.titles, biblio(size))
    yield insert("biblio_author", size.author_links, link("author", size.titles, 5_000))
    yield insert("biblio_topic", size.topic_links, link("topic", size.titles, 2_000))
    yield insert("item", size.items, item(size))
    yield insert("loan", size.loans, loan(size))
    yield loan_history(size)
    yield insert("reserve", size.holds, reserve(size))
    yield insert("visitor_count", size.visits, visitor_count(size))
    yield insert("fines", size.charges, fines(size))


def insert(table: str, rows: int, columns: Columns) -> str:
    """Return the statement that fills ``rows`` rows of a table; a doubled link is left out."""
    chosen = ", ".join(columns.values())
    return f"INSERT IGNORE INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM seq_1_to_{rows}"


def one_of(words: tuple[str, ...], number: str) -> str:
    """Return the expression of one of some words, chosen by a number."""
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"ELT(1 + {number} % {len(words)}, {listed})"


def chance(salt: str) -> str:
    """Return the expression of a number of 32 bits that looks random but belongs to the row."""
    return f"CRC32(CONCAT('{salt}', seq))"


def favourite(salt: str, count: int) -> str:
    """Return the expression of a number 1 … count of which some come much more often, scattered over the range."""
    return f"(1 + (FLOOR(POW({chance(salt)} / 4294967296, 1.8) * {count}) * 7919) % {count})"


def member_id(number: str) -> str:
    """Return the expression of a member's ID, in the four shapes that this library has used."""
    return f"CONCAT(ELT(1 + {number} % 4, 'M', '2021', 'a/', 'KTP.'), LPAD({number}, 7, '0'))"


def item_code(number: str) -> str:
    """Return the expression of an item's barcode."""
    return f"CONCAT(ELT(1 + {number} % 3, 'B', 'b', 'P-'), LPAD({number}, 7, '0'))"


def person(salt: str) -> str:
    """Return the expression of a person's name."""
    return f"TRIM(CONCAT({one_of(FIRST_NAMES, chance(salt + 'f'))}, ' ', {one_of(LAST_NAMES, chance(salt + 'l'))}))"


def day(rows: int) -> str:
    """Return the expression of the day of a row when ``rows`` rows came in evenly over the library's years."""
    return f"({FIRST_DAY} + INTERVAL FLOOR(seq * {DAYS} / {rows}) DAY)"


def moment(rows: int) -> str:
    """Return the expression of such a day with a time within opening hours."""
    return f"TIMESTAMP({day(rows)}, SEC_TO_TIME(28800 + seq * 7 % 30000))"


def lookups() -> Iterator[tuple[str, int, Columns]]:
    """Yield table, rows and columns of the small tables that have many rows."""
    author = f"CONCAT({person('a')}, ' ', seq)"
    topic = f"CONCAT({one_of(TITLE_WORDS, chance('t'))}, ' ', seq)"
    yield "mst_author", 5_000, {"author_id": "seq", "author_name": author}
    yield "mst_topic", 2_000, {"topic_id": "seq", "topic": topic, "topic_type": "1 + seq % 6", "classification": "''"}
    yield "mst_publisher", 800, {"publisher_id": "seq", "publisher_name": "CONCAT('Penerbit Ünik ', seq)"}
    yield "mst_gmd", 30, {"gmd_id": "seq", "gmd_code": "seq", "gmd_name": "CONCAT('Jenis ', seq)"}
    yield "mst_coll_type", 9, {"coll_type_id": "seq", "coll_type_name": "CONCAT('Koleksi ', seq)"}


def fixed() -> Iterator[str]:
    """Yield the statements of the tables whose rows are written out."""
    yield "INSERT INTO mst_location VALUES ('SL', 'Pusat', NOW(), NOW()), ('CB', 'Cabang Timur', NOW(), NOW())"
    statuses = (("R", "Repair"), ("NL", "No Loan"), ("MIS", "Missing"))
    listed = ", ".join(f"('{key}', '{name}', 1)" for key, name in statuses)
    yield f"INSERT INTO mst_item_status (item_status_id, item_status_name, no_loan) VALUES {listed}"
    types = ((1, "Standard", 7), (2, "Dosen", 30), (3, "Mahasiswa", 14), (4, "Umum", 7))
    listed = ", ".join(f"({key}, '{name}', 3, {days}, 1, 2, 365, 1, 500, 0, NOW(), NOW())" for key, name, days in types)
    yield f"INSERT INTO mst_member_type VALUES {listed}"
    yield "INSERT INTO holiday VALUES (1, 'Sun', NULL, NULL), (2, 'Mon', '2026-08-17', 'Hari Kemerdekaan')"
    customs = (
        ("cf_0a1b2", "Nomor WhatsApp", "text", "NULL"),
        ("cf_1b2c3", "Fakultas", "dropdown", f"'{FACULTIES}'"),
        ("cf_2c3d4", "Tanggal Masuk", "date", "NULL"),
    )
    for number, (column, label, kind, data) in enumerate(customs, start=1):
        values = f"{number}, 'member', '{column}', '{label}', '{kind}', {data}"
        yield f"INSERT INTO mst_custom_field (field_id, primary_table, dbfield, label, type, data) VALUES ({values})"


def member(size: Size) -> Columns:
    """Return the columns of members."""
    came, phone = day(size.members), chance("p")
    born = f"DATE'1950-01-01' + INTERVAL {chance('b')} % 22000 DAY"
    street = f"CONCAT({one_of(STREETS, chance('s'))}, ' No. ', 1 + {chance('n')} % 300)"
    return {
        "member_id": member_id("seq"),
        "member_name": person("m"),
        "gender": "seq % 2",
        "birth_date": "CASE WHEN seq % 97 = 0 THEN '0000-00-00' WHEN seq % 101 = 0 THEN '1988-00-00'"
        f" WHEN seq % 11 = 0 THEN NULL ELSE {born} END",
        "member_type_id": f"IF(seq % 500, 1 + {chance('k')} % 4, 99)",
        "member_address": f"CONCAT({street}, IF(seq % 7, '', '\\r\\nRT 02/RW 05'))",
        "member_email": "CASE WHEN seq % 5 = 0 THEN NULL WHEN seq % 13 = 0 THEN ''"
        " ELSE CONCAT('pembaca', seq, '@example.test') END",
        "postal_code": "IF(seq % 3, NULL, 50000 + seq % 40000)",
        "inst_name": "IF(seq % 4, 'Universitas Contoh', '')",
        "pin": "CONCAT('33', LPAD(seq, 14, '0'))",
        "member_phone": f"CASE seq % 6 WHEN 0 THEN NULL WHEN 1 THEN CONCAT('+62 812-', {phone} % 10000, '-', seq)"
        f" ELSE CONCAT('08', {phone}) END",
        "member_since_date": came,
        "register_date": f"{came} + INTERVAL seq % 700 DAY",
        "expire_date": f"{came} + INTERVAL 365 + seq % 700 DAY",
        "member_notes": "IF(seq % 40, NULL, CONCAT('<p>Catatan &amp; pesan “khusus” nomor ', seq, '</p>'))",
        "is_pending": "seq % 211 = 0",
        "mpasswd": "CONCAT('$2y$10$', REPEAT('x', 53))",
        "last_login": "IF(seq % 3, NULL, '2024-05-01 08:00:00')",
        "input_date": came,
        "last_update": came,
    }


def member_custom(size: Size) -> Columns:
    """Return the columns of the fields that the library has added; the table takes 4-byte text."""
    return {
        "member_id": member_id("seq"),
        "cf_0a1b2": "IF(seq % 9, CONCAT('0811', seq), '😀')",
        "cf_1b2c3": "seq % 2",
        "cf_2c3d4": f"IF(seq % 19, {day(size.members)}, '0000-00-00')",
    }


def biblio(size: Size) -> Columns:
    """Return the columns of titles."""
    words = (one_of(TITLE_WORDS, chance("w")), one_of(MORE_WORDS, chance("v")), one_of(TITLE_WORDS, chance("u")))
    number = f"CONCAT(LPAD({chance('c')} % 1000, 3, '0'), IF(seq % 3, '', CONCAT('.', seq % 100)))"
    return {
        "biblio_id": "seq",
        "gmd_id": "IF(seq % 29, 1 + seq % 30, NULL)",
        "title": f"CONCAT_WS(' ', {words[0]}, {words[1]}, ':', {words[2]}, seq)",
        "sor": person("r"),
        "edition": "IF(seq % 6, NULL, 'Cet. 2')",
        "isbn_issn": f"IF(seq % 4, CONCAT('978-602-', LPAD({chance('i')} % 1000000, 6, '0')), '')",
        "publisher_id": f"1 + {chance('h')} % 820",
        "publish_year": "IF(seq % 50, 1970 + seq % 55, '[20--?]')",
        "collation": "'xii, 240 hlm.; 23 cm'",
        "call_number": f"CONCAT({number}, ' ABC a')",
        "language_id": "IF(seq % 8, 'id', 'en')",
        "publish_place_id": "1 + seq % 90",
        "classification": f"CASE WHEN seq % 60 = 0 THEN '' WHEN seq % 61 = 0 THEN '2X4' ELSE {number} END",
        "notes": "IF(seq % 5, NULL, REPEAT('Ringkasan isi buku. ', 1 + seq % 20))",
        "opac_hide": "seq % 83 = 0",
        "input_date": moment(size.titles),
        "last_update": moment(size.titles),
        "uid": "1",
    }


def link(name: str, titles: int, count: int) -> Columns:
    """Return the columns of the links from titles to their authors or topics."""
    title, linked = f"1 + (seq - 1) % {titles}", f"1 + {chance(name)} % {count}"
    return {"biblio_id": title, f"{name}_id": linked, "level": "1 + seq % 3"}


def item(size: Size) -> Columns:
    """Return the columns of items."""
    return {
        "item_id": "seq",
        "biblio_id": f"1 + {chance('q')} % {size.titles}",
        "coll_type_id": "1 + seq % 9",
        "item_code": item_code("seq"),
        "inventory_code": "CONCAT('INV/', seq)",
        "received_date": f"IF(seq % 77, {day(size.items)}, '0000-00-00')",
        "location_id": "IF(seq % 5, 'SL', 'CB')",
        "item_status_id": "CASE WHEN seq % 90 = 0 THEN 'R' WHEN seq % 91 = 0 THEN 'MIS' WHEN seq % 3 = 0 THEN '0' END",
        "source": "1 + seq % 2",
        "price": "50000",
        "price_currency": "'Rupiah'",
        "input_date": moment(size.items),
        "last_update": moment(size.items),
        "uid": "1",
    }


def loan(size: Size) -> Columns:
    """Return the columns of loans; one in fifty names an item that is gone, one in a hundred a patron who is."""
    lent, kept, at = day(size.loans), f"{chance('z')} % 25", moment(size.loans)
    is_open = f"(seq > {size.loans} - {size.loans} DIV 60 OR seq % 997 = 0)"
    barcode = item_code(f"({favourite('x', size.items)} + IF(seq % 50, 0, {size.items}))")
    patron = member_id(f"({favourite('y', size.members)} + IF(seq % 100, 0, {size.members}))")
    return {
        "loan_id": "seq",
        "item_code": f"IF(seq % 70, {barcode}, LOWER({barcode}))",
        "member_id": patron,
        "loan_date": lent,
        "due_date": f"{lent} + INTERVAL 7 + 7 * (seq % 3) DAY",
        "renewed": "seq % 5 = 0",
        "is_lent": "1",
        "is_return": f"NOT {is_open}",
        "return_date": f"CASE WHEN NOT {is_open} THEN {lent} + INTERVAL {kept} DAY"
        f" WHEN seq % 5 = 0 THEN {lent} + INTERVAL 6 DAY END",
        "input_date": f"IF(seq % 1500, {at}, NULL)",
        "last_update": f"IF(seq % 1500, {at} + INTERVAL IF({is_open}, 0, {kept}) DAY, NULL)",
        "uid": "1 + seq % 5",
    }


def loan_history(size: Size) -> str:
    """Return the statement that does what SLiMS's trigger does at each loan."""
    same = ("loan_id", "item_code", "member_id", "loan_date", "due_date", "renewed", "is_lent", "is_return",
            "return_date", "input_date", "last_update")  # fmt: skip
    columns = {
        **{name: name for name in same},
        "biblio_id": f"1 + CRC32(item_code) % {size.titles}",
        "title": "'Judul pada saat dipinjam'",
        "call_number": "'813 ABC a'",
        "classification": "'813'",
        "member_name": "'Nama pada saat dipinjam'",
        "member_type_name": "'Mahasiswa'",
    }
    return f"INSERT INTO loan_history ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM loan"


def reserve(size: Size) -> Columns:
    """Return the columns of holds."""
    return {
        "reserve_id": "seq",
        "member_id": member_id(favourite("1", size.members)),
        "biblio_id": favourite("2", size.titles),
        "item_code": item_code(favourite("3", size.items)),
        "reserve_date": moment(size.holds),
    }


def visitor_count(size: Size) -> Columns:
    """Return the columns of visits; one in six is a guest's."""
    return {
        "visitor_id": "seq",
        "member_id": f"IF(seq % 6, {member_id(favourite('4', size.members))}, NULL)",
        "member_name": person("5"),
        "institution": "CASE seq % 4 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'SMA Negeri 1' END",
        "room_code": "IF(seq % 3, 'R01', NULL)",
        "checkin_date": moment(size.visits),
    }


def fines(size: Size) -> Columns:
    """Return the columns of charges; three in four are paid."""
    amount = "500 * (1 + seq % 20)"
    return {
        "fines_id": "seq",
        "fines_date": day(size.charges),
        "member_id": member_id(favourite("6", size.members)),
        "debet": amount,
        "credit": f"IF(seq % 4, {amount}, 0)",
        "description": f"CONCAT('Denda keterlambatan untuk eksemplar ', {item_code(favourite('7', size.items))})",
    }
