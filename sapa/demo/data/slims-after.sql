CREATE INDEX biblio_references ON biblio (gmd_id, publisher_id, language_id, publish_place_id);
CREATE INDEX biblio_classification ON biblio (classification);
CREATE INDEX biblio_biblio_flag ON biblio (opac_hide, promoted);
CREATE INDEX biblio_rda ON biblio (content_type_id, media_type_id, carrier_type_id);
CREATE INDEX biblio_uid ON biblio (uid);
CREATE INDEX biblio_publisher_id ON biblio (publisher_id);
CREATE INDEX biblio_author_author_id ON biblio_author (author_id);
CREATE INDEX biblio_topic_topic_id ON biblio_topic (topic_id);
CREATE INDEX fines_member_id ON fines (member_id);
CREATE UNIQUE INDEX holiday_holiday_dayname ON holiday (holiday_dayname, holiday_date);
CREATE UNIQUE INDEX item_item_code ON item (item_code);
CREATE INDEX item_uid ON item (uid);
CREATE INDEX item_item_references ON item (coll_type_id, location_id, item_status_id);
CREATE INDEX item_biblio_id ON item (biblio_id);
CREATE INDEX loan_item_code ON loan (item_code);
CREATE INDEX loan_member_id ON loan (member_id);
CREATE INDEX loan_input_date ON loan (input_date, last_update, uid);
CREATE INDEX loan_history_member_name ON loan_history (member_name);
CREATE INDEX member_member_name ON member (member_name);
CREATE INDEX member_member_type_id ON member (member_type_id);
CREATE UNIQUE INDEX mst_author_author_name ON mst_author (author_name, authority_type);
CREATE UNIQUE INDEX mst_coll_type_coll_type_name ON mst_coll_type (coll_type_name);
CREATE UNIQUE INDEX mst_custom_field_field_id ON mst_custom_field (field_id);
CREATE UNIQUE INDEX mst_gmd_gmd_name ON mst_gmd (gmd_name);
CREATE UNIQUE INDEX mst_gmd_gmd_code ON mst_gmd (gmd_code);
CREATE UNIQUE INDEX mst_item_status_item_status_name ON mst_item_status (item_status_name);
CREATE UNIQUE INDEX mst_language_language_name ON mst_language (language_name);
CREATE UNIQUE INDEX mst_location_location_name ON mst_location (location_name);
CREATE UNIQUE INDEX mst_member_type_member_type_name ON mst_member_type (member_type_name);
CREATE UNIQUE INDEX mst_place_place_name ON mst_place (place_name);
CREATE UNIQUE INDEX mst_publisher_publisher_name ON mst_publisher (publisher_name);
CREATE UNIQUE INDEX mst_topic_topic ON mst_topic (topic, topic_type);
CREATE UNIQUE INDEX mst_visitor_room_unique_code_unq ON mst_visitor_room (unique_code);
CREATE INDEX mst_visitor_room_unique_code ON mst_visitor_room (unique_code);
CREATE INDEX reserve_references ON reserve (member_id, biblio_id);
CREATE INDEX reserve_item_code ON reserve (item_code);
CREATE UNIQUE INDEX setting_setting_name ON setting (setting_name);
CREATE UNIQUE INDEX user_username ON "user" (username);
CREATE INDEX user_realname ON "user" (realname);
CREATE UNIQUE INDEX user_group_group_name ON user_group (group_name);
CREATE INDEX visitor_count_member_id ON visitor_count (member_id);
CREATE INDEX visitor_count_room_code ON visitor_count (room_code);

-- SLiMS's only triggers: the copy of a loan as it was made.
CREATE TRIGGER insert_loan_history AFTER INSERT ON loan BEGIN
    INSERT INTO loan_history (
        loan_id, item_code, member_id, loan_date, due_date, renewed, is_lent, is_return, return_date, input_date,
        last_update, biblio_id, title, call_number, classification, gmd_name, language_name, location_name,
        collection_type_name, member_name, member_type_name
    ) SELECT
        NEW.loan_id, NEW.item_code, NEW.member_id, NEW.loan_date, NEW.due_date, NEW.renewed, NEW.is_lent,
        NEW.is_return, NEW.return_date, NEW.input_date, NEW.last_update, IFNULL(b.biblio_id, 0), b.title,
        IFNULL(i.call_number, b.call_number), b.classification, g.gmd_name, l.language_name, p.location_name,
        c.coll_type_name, m.member_name, t.member_type_name
    FROM (SELECT 1) LEFT JOIN item i ON i.item_code = NEW.item_code
    LEFT JOIN biblio b ON b.biblio_id = i.biblio_id LEFT JOIN mst_gmd g ON g.gmd_id = b.gmd_id
    LEFT JOIN mst_language l ON l.language_id = b.language_id LEFT JOIN mst_location p ON p.location_id = i.location_id
    LEFT JOIN mst_coll_type c ON c.coll_type_id = i.coll_type_id LEFT JOIN member m ON m.member_id = NEW.member_id
    LEFT JOIN mst_member_type t ON t.member_type_id = m.member_type_id;
END;
CREATE TRIGGER update_loan_history AFTER UPDATE ON loan BEGIN
    UPDATE loan_history SET is_lent = NEW.is_lent, is_return = NEW.is_return, renewed = NEW.renewed,
        return_date = NEW.return_date WHERE loan_id = NEW.loan_id;
END;
CREATE TRIGGER delete_loan_history AFTER DELETE ON loan BEGIN
    DELETE FROM loan_history WHERE loan_id = OLD.loan_id;
END;
