-- The tables of SLiMS 9.7 that Sapa reads, as its installer makes them: MyISAM, utf8mb3, the same columns and keys.
-- Left out: full-text indexes, which nothing here touches, and the triggers that fill loan_history.

CREATE TABLE mst_location (
  location_id VARCHAR(3) NOT NULL, location_name VARCHAR(100), input_date DATE NOT NULL, last_update DATE NOT NULL,
  PRIMARY KEY (location_id), UNIQUE (location_name)
);
CREATE TABLE mst_member_type (
  member_type_id INT NOT NULL AUTO_INCREMENT, member_type_name VARCHAR(50) NOT NULL, loan_limit INT NOT NULL,
  loan_periode INT NOT NULL, enable_reserve INT NOT NULL DEFAULT 0, reserve_limit INT NOT NULL DEFAULT 0,
  member_periode INT NOT NULL, reborrow_limit INT NOT NULL, fine_each_day INT NOT NULL, grace_periode INT DEFAULT 0,
  input_date DATE NOT NULL, last_update DATE,
  PRIMARY KEY (member_type_id), UNIQUE (member_type_name)
);
CREATE TABLE holiday (
  holiday_id INT NOT NULL AUTO_INCREMENT, holiday_dayname VARCHAR(20) NOT NULL, holiday_date DATE,
  description VARCHAR(100),
  PRIMARY KEY (holiday_id), UNIQUE (holiday_dayname, holiday_date)
);
CREATE TABLE mst_gmd (
  gmd_id INT NOT NULL AUTO_INCREMENT, gmd_code VARCHAR(3), gmd_name VARCHAR(30) NOT NULL, icon_image VARCHAR(100),
  input_date DATE NOT NULL, last_update DATE,
  PRIMARY KEY (gmd_id), UNIQUE (gmd_name), UNIQUE (gmd_code)
);
CREATE TABLE mst_coll_type (
  coll_type_id INT NOT NULL AUTO_INCREMENT, coll_type_name VARCHAR(30) NOT NULL, input_date DATE, last_update DATE,
  PRIMARY KEY (coll_type_id), UNIQUE (coll_type_name)
);
CREATE TABLE mst_item_status (
  item_status_id CHAR(3) NOT NULL, item_status_name VARCHAR(30) NOT NULL, rules VARCHAR(255),
  no_loan SMALLINT NOT NULL DEFAULT 0, skip_stock_take SMALLINT NOT NULL DEFAULT 0, input_date DATE, last_update DATE,
  PRIMARY KEY (item_status_id), UNIQUE (item_status_name)
);
CREATE TABLE mst_publisher (
  publisher_id INT NOT NULL AUTO_INCREMENT, publisher_name VARCHAR(100) NOT NULL, input_date DATE, last_update DATE,
  PRIMARY KEY (publisher_id), UNIQUE (publisher_name)
);
CREATE TABLE mst_author (
  author_id INT NOT NULL AUTO_INCREMENT, author_name VARCHAR(100) NOT NULL, author_year VARCHAR(20),
  authority_type ENUM('p', 'o', 'c') DEFAULT 'p', auth_list VARCHAR(20), input_date DATE NOT NULL, last_update DATE,
  PRIMARY KEY (author_id), UNIQUE (author_name, authority_type)
);
CREATE TABLE mst_topic (
  topic_id INT NOT NULL AUTO_INCREMENT, topic VARCHAR(50) NOT NULL,
  topic_type ENUM('t', 'g', 'n', 'tm', 'gr', 'oc') NOT NULL, auth_list VARCHAR(20), classification VARCHAR(50) NOT NULL,
  input_date DATE, last_update DATE,
  PRIMARY KEY (topic_id), UNIQUE (topic, topic_type)
);
CREATE TABLE mst_custom_field (
  field_id INT NOT NULL AUTO_INCREMENT, primary_table VARCHAR(100), dbfield VARCHAR(50) NOT NULL,
  label VARCHAR(80) NOT NULL,
  type ENUM('text', 'checklist', 'numeric', 'dropdown', 'longtext', 'choice', 'date') NOT NULL,
  `default` VARCHAR(80), max INT, data TEXT, indexed TINYINT, class VARCHAR(100), is_public TINYINT,
  width INT DEFAULT 100, note TEXT,
  PRIMARY KEY (dbfield), UNIQUE (field_id)
);
CREATE TABLE member (
  member_id VARCHAR(20) NOT NULL, member_name VARCHAR(100) NOT NULL, gender INT NOT NULL, birth_date DATE,
  member_type_id INT, member_address VARCHAR(255), member_mail_address VARCHAR(255), member_email VARCHAR(100),
  postal_code VARCHAR(20), inst_name VARCHAR(100), is_new INT, member_image VARCHAR(200), pin VARCHAR(50),
  member_phone VARCHAR(50), member_fax VARCHAR(50), member_since_date DATE, register_date DATE,
  expire_date DATE NOT NULL, member_notes TEXT, is_pending SMALLINT NOT NULL DEFAULT 0, mpasswd VARCHAR(64),
  last_login DATETIME, last_login_ip VARCHAR(50), input_date DATE, last_update DATE,
  PRIMARY KEY (member_id), KEY (member_name), KEY (member_type_id)
);
CREATE TABLE member_custom (
  member_id VARCHAR(20) NOT NULL, cf_0a1b2 VARCHAR(255), cf_1b2c3 VARCHAR(255), cf_2c3d4 DATE,
  PRIMARY KEY (member_id)
) CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE biblio (
  biblio_id INT NOT NULL AUTO_INCREMENT, gmd_id INT, title TEXT NOT NULL, sor VARCHAR(200), edition VARCHAR(50),
  isbn_issn VARCHAR(32), publisher_id INT, publish_year VARCHAR(20), collation VARCHAR(100), series_title VARCHAR(200),
  call_number VARCHAR(50), language_id CHAR(5) DEFAULT 'en', source VARCHAR(10), publish_place_id INT,
  classification VARCHAR(40), notes TEXT, image VARCHAR(100), file_att VARCHAR(255), opac_hide SMALLINT DEFAULT 0,
  promoted SMALLINT DEFAULT 0, labels TEXT, frequency_id INT NOT NULL DEFAULT 0, spec_detail_info TEXT,
  content_type_id INT, media_type_id INT, carrier_type_id INT, input_date DATETIME, last_update DATETIME, uid INT,
  PRIMARY KEY (biblio_id), KEY references_idx (gmd_id, publisher_id, language_id, publish_place_id),
  KEY (classification), KEY biblio_flag_idx (opac_hide, promoted), KEY (publisher_id)
);
CREATE TABLE biblio_author (
  biblio_id INT NOT NULL DEFAULT 0, author_id INT NOT NULL DEFAULT 0, level INT NOT NULL DEFAULT 1,
  PRIMARY KEY (biblio_id, author_id), KEY (biblio_id), KEY (author_id)
);
CREATE TABLE biblio_topic (
  biblio_id INT NOT NULL DEFAULT 0, topic_id INT NOT NULL DEFAULT 0, level INT NOT NULL DEFAULT 1,
  PRIMARY KEY (biblio_id, topic_id), KEY (biblio_id), KEY (topic_id)
);
CREATE TABLE item (
  item_id INT NOT NULL AUTO_INCREMENT, biblio_id INT, call_number VARCHAR(50), coll_type_id INT, item_code VARCHAR(20),
  inventory_code VARCHAR(200), received_date DATE, supplier_id VARCHAR(6), order_no VARCHAR(20),
  location_id VARCHAR(3), order_date DATE, item_status_id CHAR(3), site VARCHAR(50), source INT NOT NULL DEFAULT 0,
  invoice VARCHAR(20), price INT, price_currency VARCHAR(10), invoice_date DATE, input_date DATETIME NOT NULL,
  last_update DATETIME, uid INT,
  PRIMARY KEY (item_id), UNIQUE (item_code), KEY (uid), KEY references_idx (coll_type_id, location_id, item_status_id),
  KEY (biblio_id)
);
CREATE TABLE loan (
  loan_id INT NOT NULL AUTO_INCREMENT, item_code VARCHAR(20), member_id VARCHAR(20), loan_date DATE NOT NULL,
  due_date DATE NOT NULL, renewed INT NOT NULL DEFAULT 0, loan_rules_id INT NOT NULL DEFAULT 0, actual DATE,
  is_lent INT NOT NULL DEFAULT 0, is_return INT NOT NULL DEFAULT 0, return_date DATE, input_date DATETIME,
  last_update DATETIME, uid INT,
  PRIMARY KEY (loan_id), KEY (item_code), KEY (member_id), KEY (input_date, last_update, uid)
);
CREATE TABLE loan_history (
  loan_id INT NOT NULL, item_code VARCHAR(20), biblio_id INT NOT NULL, title VARCHAR(300), call_number VARCHAR(50),
  classification VARCHAR(40), gmd_name VARCHAR(30), language_name VARCHAR(20), location_name VARCHAR(100),
  collection_type_name VARCHAR(100), member_id VARCHAR(20), member_name VARCHAR(100), member_type_name VARCHAR(64),
  loan_date DATE, due_date DATE, renewed INT NOT NULL DEFAULT 0, is_lent INT NOT NULL DEFAULT 0,
  is_return INT NOT NULL DEFAULT 0, return_date DATE, input_date DATETIME, last_update DATETIME,
  PRIMARY KEY (loan_id), KEY (member_name)
);
CREATE TABLE reserve (
  reserve_id INT NOT NULL AUTO_INCREMENT, member_id VARCHAR(20) NOT NULL, biblio_id INT NOT NULL,
  item_code VARCHAR(20) NOT NULL, reserve_date DATETIME NOT NULL,
  PRIMARY KEY (reserve_id), KEY references_idx (member_id, biblio_id), KEY (item_code)
);
CREATE TABLE visitor_count (
  visitor_id INT NOT NULL AUTO_INCREMENT, member_id VARCHAR(20), member_name VARCHAR(255) NOT NULL,
  institution VARCHAR(100), room_code VARCHAR(5), checkin_date DATETIME NOT NULL,
  PRIMARY KEY (visitor_id), KEY (member_id), KEY (room_code)
);
CREATE TABLE fines (
  fines_id INT NOT NULL AUTO_INCREMENT, fines_date DATE NOT NULL, member_id VARCHAR(20) NOT NULL, debet INT DEFAULT 0,
  credit INT DEFAULT 0, description VARCHAR(255),
  PRIMARY KEY (fines_id), KEY (member_id)
);
