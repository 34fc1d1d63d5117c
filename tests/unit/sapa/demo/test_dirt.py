"""Every kind of dirt of a real SLiMS is there, and no more of it than there would be."""

from __future__ import annotations

import pytest

from connector.php import loads
from sapa.demo.dirt import STAINS
from sapa.demo.masters import CATEGORIES
from tests.unit.sapa.demo.invented import TODAY, Library

FOUND = {
    "zero birth date": "member WHERE birth_date = '0000-00-00'",
    "no birth date": "member WHERE birth_date IS NULL",
    "birth on New Year": "member WHERE birth_date LIKE '____-01-01'",
    "birth at the epoch": "member WHERE birth_date = '1970-01-01'",
    "birth in 1900": "member WHERE birth_date = '1900-01-01'",
    "birth on the day of registration": "member WHERE birth_date = register_date",
    "partly zero birth date": "member WHERE birth_date LIKE '____-00-00' AND birth_date <> '0000-00-00'",
    "birth in the next century": f"member WHERE birth_date > '{TODAY}'",
    "unknown member type": "member WHERE member_type_id = 99",
    "no member type": "member WHERE member_type_id IS NULL",
    "name in capitals": "member WHERE member_name = upper(member_name) AND length(member_name) > 4",
    "name in small letters": "member WHERE member_name = lower(member_name) AND length(member_name) > 4",
    "name with two blanks": "member WHERE trim(member_name) LIKE '%  %'",
    "name with blanks around": "member WHERE member_name <> trim(member_name)",
    "name with a full stop": "member WHERE member_name LIKE '%_.' AND member_name NOT LIKE '%, %'",
    "name with a tab": "member WHERE member_name LIKE '%' || char(9) || '%'",
    "name with an entity": "member WHERE member_name LIKE '%&amp;%' OR member_name LIKE '%&#039;%'",
    "name with an apostrophe escaped": "member WHERE member_name LIKE 'Nur&#039;%'",
    "name with markup": "member WHERE member_name LIKE '<b>%</b>'",
    "name in mojibake": "member WHERE member_name LIKE '%Ã©%'",
    "name lost": "member WHERE member_name LIKE '%????'",
    "name that is none": "member WHERE member_name IN ('.', '-')",
    "mail that is none": "member WHERE member_email IN ('tidak ada', '-', 'belum punya', '0')",
    "mail cut off": "member WHERE member_email LIKE '%@'",
    "mail in capitals": "member WHERE member_email = upper(member_email) AND member_email LIKE '%@%.EXAMPLE%'",
    "mail with blanks": "member WHERE member_email <> trim(member_email) AND member_email LIKE '%@%'",
    "mail of a family": "member WHERE (SELECT count(*) FROM member WHERE member_email LIKE 'keluarga%') > 1",
    "mail of a school": "member WHERE (SELECT count(*) FROM member WHERE member_email LIKE 'perpustakaan@%') > 5",
    "phone that is none": "member WHERE member_phone IN ('-', 'tidak ada', '0', 'belum ada')",
    "phone cut off": "member WHERE length(member_phone) = 7 AND member_phone LIKE '%4%'",
    "phone with the letter O": "member WHERE member_phone LIKE '%O%4%' AND member_phone NOT LIKE '8%E+11'",
    "phone from a spreadsheet": "member WHERE member_phone LIKE '8%E+11'",
    "phone of a school": "member WHERE (SELECT count(*) FROM member WHERE member_phone = '(061) 0000417') > 5",
    "blank phone": "member WHERE member_phone <> '' AND trim(member_phone) = ''",
    "address with entities": "member WHERE member_address LIKE '%&quot;%'",
    "institution with an entity": "member WHERE inst_name LIKE '%&amp;%'",
    "institution in small letters": "member WHERE inst_name GLOB '[a-z]*' AND inst_name = lower(inst_name)",
    "blank institution": "member WHERE inst_name <> '' AND trim(inst_name) = ''",
    "zero expiry": "member WHERE expire_date = '0000-00-00'",
    "zero registration": "member WHERE register_date = '0000-00-00'",
    "changed in the future": f"member WHERE last_update > '{TODAY}'",
    "changed never": "member WHERE last_update = '0000-00-00'",
    "year typed wrong": "biblio WHERE publish_year LIKE '%O%'",
    "year as the title page has it": "biblio WHERE publish_year GLOB '[c[]*[0-9]*' OR publish_year LIKE '____.'",
    "year unknown": "biblio WHERE publish_year IN ('s.a.', '[t.th.]', '', '19--')",
    "blank class": "biblio WHERE trim(classification) = ''",
    "no class": "biblio WHERE classification IS NULL",
    "class NONE": "biblio WHERE classification = 'NONE'",
    "class with a comma": "biblio WHERE classification LIKE '%,%'",
    "class with an edition": "biblio WHERE classification LIKE '%.%2_' AND classification GLOB '*[ /-]2[12]'",
    "class in small letters": "biblio WHERE classification GLOB '[a-z]*'",
    "class with blanks": "biblio WHERE classification <> trim(classification) AND trim(classification) <> ''",
    "title in capitals": "biblio WHERE title = upper(title) AND length(title) > 4",
    "title with two blanks": "biblio WHERE trim(title) LIKE '%  %'",
    "title with blanks around": "biblio WHERE title <> trim(title) AND trim(title) <> ''",
    "title with an entity": "biblio WHERE title LIKE '%&amp;%'",
    "title with markup": "biblio WHERE title LIKE '<i>%</i>'",
    "title in mojibake": "biblio WHERE title LIKE '%Ã©%'",
    "title lost": "biblio WHERE title LIKE '% ????'",
    "title blank": "biblio WHERE trim(title) = ''",
    "no language": "biblio WHERE coalesce(language_id, '') = ''",
    "unknown language": "biblio WHERE language_id NOT IN (SELECT language_id FROM mst_language) AND language_id <> ''",
    "no material": "biblio WHERE coalesce(gmd_id, 0) = 0",
    "unknown material": "biblio WHERE gmd_id = 99",
    "no publisher": "biblio WHERE publisher_id IS NULL",
    "unknown publisher": "biblio WHERE publisher_id NOT IN (SELECT publisher_id FROM mst_publisher)",
    "title without change stamp": "biblio WHERE last_update IS NULL",
    "zero receipt": "item WHERE received_date = '0000-00-00'",
    "no receipt": "item WHERE received_date IS NULL",
    "no branch": "item WHERE coalesce(location_id, '') = ''",
    "unknown branch": "item WHERE location_id = 'XXX'",
    "no collection": "item WHERE coll_type_id IS NULL",
    "unknown collection": "item WHERE coll_type_id = 88",
    "unknown status": "item WHERE item_status_id = 'LOS'",
    "item of no title": "item WHERE biblio_id IS NULL OR biblio_id NOT IN (SELECT biblio_id FROM biblio)",
    "code typed in small letters": "loan WHERE item_code GLOB '*[a-z]*'",
    "code typed with a blank": "loan WHERE item_code LIKE '% '",
    "loan without change stamp": "loan WHERE last_update IS NULL",
    "zero due date": "loan WHERE due_date = '0000-00-00'",
    "zero return": "loan WHERE return_date = '0000-00-00' AND is_return = 1",
    "fine without a word": "fines WHERE coalesce(description, '') = ''",
    "fine paid twice": "fines WHERE credit > debet",
    "WhatsApp with a picture": "member_custom WHERE cf_4d1c7 LIKE '📱%'",
    "checklist cut off": "member_custom WHERE cf_c55d8 LIKE 'a:%' AND cf_c55d8 NOT LIKE '%}'",
    "choice that is gone": "member_custom WHERE cf_a90e2 = '42'",
    "note with quotes": "member_custom WHERE cf_6b2d5 LIKE '%&quot;%' OR cf_6b2d5 LIKE '%“%'",
}


@pytest.mark.parametrize("name", FOUND)
def test_it_is_there(library: Library, name: str) -> None:
    assert library.one(f"SELECT count(*) FROM {FOUND[name]}") > 0


def test_there_is_a_search_for_every_stain() -> None:
    assert [stain.name for stains in STAINS.values() for stain in stains] == list(FOUND)


@pytest.mark.parametrize("shape", ["0___________", "____-____-____", "____ ____ ____", "+62%", "62%"])
def test_phones_are_written_in_many_shapes(library: Library, shape: str) -> None:
    assert library.one(f"SELECT count(*) FROM member WHERE member_phone LIKE '{shape}'") > 0


def test_nobody_is_under_three_but_by_a_slip(library: Library) -> None:
    slips = f"birth_date IN (register_date, '0000-00-00') OR birth_date > '{TODAY}' OR birth_date LIKE '%-00-00'"
    joined = library.rows(f"SELECT birth_date, member_since_date FROM member WHERE NOT ({slips})")
    assert all(int(since[:4]) - int(born[:4]) > 3 for born, since in joined)


def test_people_have_the_age_of_their_category(library: Library) -> None:
    names = {category.number: category.ages for category in CATEGORIES}
    rows = library.rows(
        "SELECT member_type_id, CAST(substr(register_date, 1, 4) AS int) - CAST(substr(birth_date, 1, 4) AS int)"
        " FROM member WHERE birth_date NOT LIKE '%-01-01' AND birth_date NOT LIKE '%-00-00'"
        " AND register_date <> '0000-00-00' AND birth_date <> register_date AND member_type_id < 99"
    )
    assert len(rows) > 100
    fitting = sum(names[kind][0] - 2 <= age <= names[kind][1] + 4 for kind, age in rows)
    assert fitting > 0.9 * len(rows)


def test_some_people_stand_there_twice_and_twins_are_two(library: Library) -> None:
    pairs = library.rows(
        "SELECT a.member_name, b.member_name FROM member AS a JOIN member AS b ON a.birth_date = b.birth_date"
        " AND a.member_id < b.member_id AND a.member_address = b.member_address AND a.member_address <> ''"
        " WHERE a.birth_date NOT LIKE '%-01-01' AND a.birth_date <> '0000-00-00'"
    )
    assert pairs
    assert any({*one.lower().split()} & {*other.lower().split()} for one, other in pairs)


def test_custom_fields_are_read_by_their_definitions(library: Library) -> None:
    choices = library.rows("SELECT dbfield, data FROM mst_custom_field WHERE data IS NOT NULL")
    defined = {field: loads(data) for field, data in choices}
    for ticked in library.column("SELECT cf_c55d8 FROM member_custom WHERE cf_c55d8 LIKE '%}'"):
        assert {int(index) for index in loads(ticked).values()} <= set(defined["cf_c55d8"])
    assert library.one("SELECT count(*) FROM member WHERE member_id NOT IN (SELECT member_id FROM member_custom)") > 20
    assert library.one("SELECT count(*) FROM member_custom WHERE cf_9f402 = '0000-00-00'") > 0


def test_most_rows_are_clean(library: Library) -> None:
    stained = library.one(
        "SELECT count(*) FROM member WHERE birth_date IS NULL OR birth_date = '0000-00-00'"
        " OR member_name <> trim(member_name)"
        " OR member_name LIKE '%&%' OR member_type_id IS NULL OR member_type_id = 99"
    )
    assert stained < 0.15 * library.one("SELECT count(*) FROM member")
