-- The tables of SLiMS 9.7.0 that a connector or a curious reader may look at, as SQLite tells them. Types are declared
-- as in SLiMS; item codes and member ids compare without case there, therefore here.

CREATE TABLE biblio (
    biblio_id int(11) NOT NULL, gmd_id int(3), title text NOT NULL, sor varchar(200), edition varchar(50),
    isbn_issn varchar(32), publisher_id int(11), publish_year varchar(20), collation varchar(100),
    series_title varchar(200), call_number varchar(50), language_id char(5) DEFAULT 'en', source varchar(10),
    publish_place_id int(11), classification varchar(40), notes text, image varchar(100), file_att varchar(255),
    opac_hide smallint(1) DEFAULT 0, promoted smallint(1) DEFAULT 0, labels text,
    frequency_id int(11) NOT NULL DEFAULT 0, spec_detail_info text, content_type_id int(11), media_type_id int(11),
    carrier_type_id int(11), input_date datetime, last_update datetime, uid int(11), PRIMARY KEY (biblio_id)
) WITHOUT ROWID;
CREATE TABLE biblio_author (
    biblio_id int(11) NOT NULL DEFAULT 0, author_id int(11) NOT NULL DEFAULT 0, "level" int(1) NOT NULL DEFAULT 1,
    PRIMARY KEY (biblio_id, author_id)
) WITHOUT ROWID;
CREATE TABLE biblio_custom (
    biblio_id int(11) NOT NULL, cf_8abca varchar(255), PRIMARY KEY (biblio_id)
) WITHOUT ROWID;
CREATE TABLE biblio_topic (
    biblio_id int(11) NOT NULL DEFAULT 0, topic_id int(11) NOT NULL DEFAULT 0, "level" int(1) NOT NULL DEFAULT 1,
    PRIMARY KEY (biblio_id, topic_id)
) WITHOUT ROWID;
CREATE TABLE fines (
    fines_id int(11) NOT NULL, fines_date date NOT NULL, member_id varchar(20) NOT NULL COLLATE NOCASE,
    debet int(11) DEFAULT 0, credit int(11) DEFAULT 0, description varchar(255), PRIMARY KEY (fines_id)
) WITHOUT ROWID;
CREATE TABLE holiday (
    holiday_id int(11) NOT NULL, holiday_dayname varchar(20) NOT NULL, holiday_date date, description varchar(100),
    PRIMARY KEY (holiday_id)
) WITHOUT ROWID;
CREATE TABLE item (
    item_id int(11) NOT NULL, biblio_id int(11), call_number varchar(50), coll_type_id int(3),
    item_code varchar(20) COLLATE NOCASE, inventory_code varchar(200), received_date date, supplier_id varchar(6),
    order_no varchar(20), location_id varchar(3), order_date date, item_status_id char(3), site varchar(50),
    source int(1) NOT NULL DEFAULT 0, invoice varchar(20), price int(11), price_currency varchar(10),
    invoice_date date, input_date datetime NOT NULL, last_update datetime, uid int(11), PRIMARY KEY (item_id)
) WITHOUT ROWID;
CREATE TABLE loan (
    loan_id int(11) NOT NULL, item_code varchar(20) COLLATE NOCASE, member_id varchar(20) COLLATE NOCASE,
    loan_date date NOT NULL, due_date date NOT NULL, renewed int(11) NOT NULL DEFAULT 0,
    loan_rules_id int(11) NOT NULL DEFAULT 0, actual date, is_lent int(11) NOT NULL DEFAULT 0,
    is_return int(11) NOT NULL DEFAULT 0, return_date date, input_date datetime, last_update datetime, uid int(11),
    PRIMARY KEY (loan_id)
) WITHOUT ROWID;
CREATE TABLE loan_history (
    loan_id int(11) NOT NULL, item_code varchar(20) COLLATE NOCASE, biblio_id int(11) NOT NULL, title varchar(300),
    call_number varchar(50), classification varchar(40), gmd_name varchar(30), language_name varchar(20),
    location_name varchar(100), collection_type_name varchar(100), member_id varchar(20) COLLATE NOCASE,
    member_name varchar(100), member_type_name varchar(64), loan_date date, due_date date,
    renewed int(11) NOT NULL DEFAULT 0, is_lent int(11) NOT NULL DEFAULT 0, is_return int(11) NOT NULL DEFAULT 0,
    return_date date, input_date datetime, last_update datetime, PRIMARY KEY (loan_id)
) WITHOUT ROWID;
CREATE TABLE member (
    member_id varchar(20) NOT NULL COLLATE NOCASE, member_name varchar(100) NOT NULL, gender int(1) NOT NULL,
    birth_date date, member_type_id int(6), member_address varchar(255), member_mail_address varchar(255),
    member_email varchar(100), postal_code varchar(20), inst_name varchar(100), is_new int(1),
    member_image varchar(200), pin varchar(50), member_phone varchar(50), member_fax varchar(50),
    member_since_date date, register_date date, expire_date date NOT NULL, member_notes text,
    is_pending smallint(1) NOT NULL DEFAULT 0, mpasswd varchar(64), last_login datetime, last_login_ip varchar(50),
    input_date date, last_update date, PRIMARY KEY (member_id)
) WITHOUT ROWID;
CREATE TABLE mst_author (
    author_id int(11) NOT NULL, author_name varchar(100) NOT NULL, author_year varchar(20),
    authority_type "enum('p','o','c')" DEFAULT 'p', auth_list varchar(20), input_date date NOT NULL,
    last_update date, PRIMARY KEY (author_id)
) WITHOUT ROWID;
CREATE TABLE mst_coll_type (
    coll_type_id int(3) NOT NULL, coll_type_name varchar(30) NOT NULL, input_date date, last_update date,
    PRIMARY KEY (coll_type_id)
) WITHOUT ROWID;
CREATE TABLE mst_custom_field (
    field_id int(11) NOT NULL, primary_table varchar(100), dbfield varchar(50) NOT NULL, label varchar(80) NOT NULL,
    type "enum('text','checklist','numeric','dropdown','longtext','choice','date')" NOT NULL, "default" varchar(80),
    max int(11), data text, "indexed" tinyint(1), class varchar(100), is_public tinyint(1),
    width int(5) DEFAULT 100, note text, PRIMARY KEY (dbfield)
) WITHOUT ROWID;
CREATE TABLE mst_frequency (
    frequency_id int(11) NOT NULL, frequency varchar(25) NOT NULL, language_prefix varchar(5),
    time_increment smallint(6), time_unit "enum('day','week','month','year')" DEFAULT 'day',
    input_date date NOT NULL, last_update date NOT NULL, PRIMARY KEY (frequency_id)
) WITHOUT ROWID;
CREATE TABLE mst_gmd (
    gmd_id int(11) NOT NULL, gmd_code varchar(3), gmd_name varchar(30) NOT NULL, icon_image varchar(100),
    input_date date NOT NULL, last_update date, PRIMARY KEY (gmd_id)
) WITHOUT ROWID;
CREATE TABLE mst_item_status (
    item_status_id char(3) NOT NULL, item_status_name varchar(30) NOT NULL, rules varchar(255),
    no_loan smallint(1) NOT NULL DEFAULT 0, skip_stock_take smallint(1) NOT NULL DEFAULT 0, input_date date,
    last_update date, PRIMARY KEY (item_status_id)
) WITHOUT ROWID;
CREATE TABLE mst_language (
    language_id char(5) NOT NULL, language_name varchar(20) NOT NULL, input_date date, last_update date,
    PRIMARY KEY (language_id)
) WITHOUT ROWID;
CREATE TABLE mst_loan_rules (
    loan_rules_id int(11) NOT NULL, member_type_id int(11) NOT NULL DEFAULT 0, coll_type_id int(11) DEFAULT 0,
    gmd_id int(11) DEFAULT 0, loan_limit int(3) DEFAULT 0, loan_periode int(3) DEFAULT 0,
    reborrow_limit int(3) DEFAULT 0, fine_each_day int(3) DEFAULT 0, grace_periode int(2) DEFAULT 0,
    input_date date, last_update date, PRIMARY KEY (loan_rules_id)
) WITHOUT ROWID;
CREATE TABLE mst_location (
    location_id varchar(3) NOT NULL, location_name varchar(100), input_date date NOT NULL,
    last_update date NOT NULL, PRIMARY KEY (location_id)
) WITHOUT ROWID;
CREATE TABLE mst_member_type (
    member_type_id int(11) NOT NULL, member_type_name varchar(50) NOT NULL, loan_limit int(11) NOT NULL,
    loan_periode int(11) NOT NULL, enable_reserve int(1) NOT NULL DEFAULT 0,
    reserve_limit int(11) NOT NULL DEFAULT 0, member_periode int(11) NOT NULL, reborrow_limit int(11) NOT NULL,
    fine_each_day int(11) NOT NULL, grace_periode int(2) DEFAULT 0, input_date date NOT NULL, last_update date,
    PRIMARY KEY (member_type_id)
) WITHOUT ROWID;
CREATE TABLE mst_place (
    place_id int(11) NOT NULL, place_name varchar(30) NOT NULL, input_date date, last_update date,
    PRIMARY KEY (place_id)
) WITHOUT ROWID;
CREATE TABLE mst_publisher (
    publisher_id int(11) NOT NULL, publisher_name varchar(100) NOT NULL, input_date date, last_update date,
    PRIMARY KEY (publisher_id)
) WITHOUT ROWID;
CREATE TABLE mst_topic (
    topic_id int(11) NOT NULL, topic varchar(50) NOT NULL, topic_type "enum('t','g','n','tm','gr','oc')" NOT NULL,
    auth_list varchar(20), classification varchar(50) NOT NULL, input_date date, last_update date,
    PRIMARY KEY (topic_id)
) WITHOUT ROWID;
CREATE TABLE mst_visitor_room (
    id int(11) NOT NULL, name varchar(50) NOT NULL, unique_code varchar(5) NOT NULL, created_at datetime,
    updated_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE TABLE reserve (
    reserve_id int(11) NOT NULL, member_id varchar(20) NOT NULL COLLATE NOCASE, biblio_id int(11) NOT NULL,
    item_code varchar(20) NOT NULL COLLATE NOCASE, reserve_date datetime NOT NULL, PRIMARY KEY (reserve_id)
) WITHOUT ROWID;
CREATE TABLE setting (
    setting_id int(3) NOT NULL, setting_name varchar(30) NOT NULL, setting_value text, PRIMARY KEY (setting_id)
) WITHOUT ROWID;
CREATE TABLE "user" (
    user_id int(11) NOT NULL, username varchar(50) NOT NULL, realname varchar(100) NOT NULL,
    passwd varchar(64) NOT NULL, "2fa" text, email varchar(200), user_type smallint(2), user_image varchar(250),
    social_media text, last_login datetime, last_login_ip varchar(50), "groups" varchar(200), admin_template text,
    forgot varchar(80), input_date date, last_update date, PRIMARY KEY (user_id)
) WITHOUT ROWID;
CREATE TABLE user_group (
    group_id int(11) NOT NULL, group_name varchar(30) NOT NULL, input_date date, last_update date,
    PRIMARY KEY (group_id)
) WITHOUT ROWID;
CREATE TABLE visitor_count (
    visitor_id int(11) NOT NULL, member_id varchar(20) COLLATE NOCASE, member_name varchar(255) NOT NULL,
    institution varchar(100), room_code varchar(5), checkin_date datetime NOT NULL, PRIMARY KEY (visitor_id)
) WITHOUT ROWID;
