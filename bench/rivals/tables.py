"""The columns of SLiMS that Sapa copies, as a plain script would name them."""

from __future__ import annotations

FIVE = ("member", "biblio", "item", "loan", "visitor_count")

COLUMNS = {
    "mst_location": "location_id, location_name",
    "mst_member_type": "member_type_id, member_type_name, loan_periode, member_periode",
    "holiday": "holiday_id, holiday_dayname, holiday_date, description",
    "member": "member_id, member_name, gender, birth_date, member_type_id, member_email, member_phone, member_address,"
    " postal_code, inst_name, member_notes, member_since_date, register_date, expire_date, is_pending, input_date",
    "member_custom": "member_id, cf_0a1b2, cf_1b2c3, cf_2c3d4",
    "biblio": "biblio_id, title, sor, isbn_issn, publisher_id, publish_year, language_id, classification, call_number,"
    " gmd_id, opac_hide, input_date",
    "biblio_author": "biblio_id, author_id, level",
    "mst_author": "author_id, author_name",
    "biblio_topic": "biblio_id, topic_id, level",
    "mst_topic": "topic_id, topic, topic_type",
    "item": "item_id, biblio_id, item_code, location_id, coll_type_id, item_status_id, received_date",
    "loan": "loan_id, member_id, item_code, loan_date, due_date, return_date, renewed, is_lent, is_return, input_date",
    "reserve": "reserve_id, member_id, biblio_id, item_code, reserve_date",
    "visitor_count": "visitor_id, member_id, institution, room_code, checkin_date",
    "fines": "fines_id, member_id, fines_date, debet, credit, description",
}
