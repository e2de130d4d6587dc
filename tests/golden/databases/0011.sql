BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
CREATE TABLE alerts (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	severity VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	text VARCHAR NOT NULL, 
	seen BOOLEAN NOT NULL, "key" VARCHAR DEFAULT '' NOT NULL, facts JSON DEFAULT '{}' NOT NULL, count INTEGER DEFAULT '1' NOT NULL, last_at BIGINT, told BOOLEAN DEFAULT 1 NOT NULL, handled_by VARCHAR DEFAULT '' NOT NULL, handled_at BIGINT, 
	CONSTRAINT pk_alerts PRIMARY KEY (id), 
	CONSTRAINT ck_alerts_severity CHECK (severity IN ('info', 'warning', 'urgent'))
);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	user VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	act VARCHAR NOT NULL, 
	object VARCHAR NOT NULL, 
	detail JSON NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE TABLE bonuses (
	id INTEGER NOT NULL, 
	profile VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	"key" VARCHAR NOT NULL, 
	minutes INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_bonuses PRIMARY KEY (id)
);
CREATE TABLE channels (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	severity VARCHAR NOT NULL, 
	kinds JSON NOT NULL, 
	quiet VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	hourly INTEGER NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	fault VARCHAR NOT NULL, 
	fault_at BIGINT, 
	CONSTRAINT pk_channels PRIMARY KEY (id), 
	CONSTRAINT uq_channels_name UNIQUE (name)
);
CREATE TABLE checks (
	id INTEGER NOT NULL, 
	run VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	"by" VARCHAR NOT NULL, 
	tier VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	expected VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	passed BOOLEAN NOT NULL, 
	version VARCHAR NOT NULL, 
	CONSTRAINT pk_checks PRIMARY KEY (id)
);
CREATE TABLE device_addresses (
	device VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	address VARCHAR NOT NULL, 
	CONSTRAINT pk_device_addresses PRIMARY KEY (device, kind, position), 
	CONSTRAINT ck_device_addresses_kind CHECK (kind IN ('ip', 'mac')), 
	CONSTRAINT fk_device_addresses_device FOREIGN KEY(device) REFERENCES devices ("key") ON DELETE CASCADE
);
INSERT INTO "device_addresses" VALUES('tablet','ip',0,'10.0.0.5');
INSERT INTO "device_addresses" VALUES('tablet','mac',0,'02:00');
CREATE TABLE devices (
	"key" VARCHAR NOT NULL, 
	"of" VARCHAR NOT NULL, 
	login VARCHAR NOT NULL, 
	password_hash VARCHAR NOT NULL, 
	trusts_ca BOOLEAN NOT NULL, wireguard VARCHAR DEFAULT '' NOT NULL, tunnel INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_devices PRIMARY KEY ("key")
);
INSERT INTO "devices" VALUES('tablet','mai','','',1,'',0);
CREATE TABLE edits (
	version INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	CONSTRAINT pk_edits PRIMARY KEY (version, kind, "key"), 
	CONSTRAINT fk_edits_version FOREIGN KEY(version) REFERENCES versions (number)
);
INSERT INTO "edits" VALUES(1,'setting','holidays',NULL,'["2026-09-02"]');
INSERT INTO "edits" VALUES(1,'setting','terms',NULL,'[{"key":"hk1","first":"2026-09-07","last":"2027-01-15"}]');
INSERT INTO "edits" VALUES(1,'setting','zone',NULL,'"Asia/Ho_Chi_Minh"');
INSERT INTO "edits" VALUES(1,'tier','club',NULL,'{"key":"club","title":{"vi":"","en":""},"min_age":0,"age_tier":false,"mode":"deny_list","categories":{"games":"warn"},"services":{},"ways_around":{},"content_types":{},"default":"allow","safe_search":false,"youtube":"off","text_limits":{},"image_limits":{},"message_limits":{},"personal_data":"allow","search_terms":[],"search_alerts":[],"search_help":[],"videos":[],"unjudged":"watch","ai_label":false,"hours":"","bedtime":"","quotas":{"all":60},"notice_minutes":{},"journal":"host","notify":[],"zone":""}');
INSERT INTO "edits" VALUES(1,'service','vui',NULL,'{"key":"vui","title":"Vui","hosts":["vui.example"],"urls":[],"networks":[],"categories":[],"min_age":0,"aliases":["chat_vui"],"companions":[],"dependencies":[],"payment_hosts":[],"company_hosts":[]}');
INSERT INTO "edits" VALUES(1,'profile','mai',NULL,'{"key":"mai","name":"Mai","born":"2016-05-01","tier":"","groups":["8A"],"language":"","zone":"","personal":[],"bedtime":"daily 21:00-06:00","hours":"","quotas":{"all":90}}');
INSERT INTO "edits" VALUES(1,'device','tablet',NULL,'{"key":"tablet","of":"mai","addresses":["10.0.0.5"],"macs":["02:00"],"login":"","password_hash":"","trusts_ca":true,"wireguard":"","tunnel":0}');
INSERT INTO "edits" VALUES(1,'rule','1',NULL,'{"id":1,"scope":"child:mai","target":"x.example","action":"allow","when":"","until":"2026-11-22T12:00:00+00:00","safe_search":true,"author":"","reason":""}');
INSERT INTO "edits" VALUES(1,'lesson','1',NULL,'{"id":1,"scope":"group:8A","until":"2026-11-22T12:00:00+00:00","targets":["olm.vn"],"title":"Toán","author":"","reason":""}');
INSERT INTO "edits" VALUES(1,'exception','1',NULL,'{"id":1,"scope":"child:mai","start":"2026-11-22T12:00:00+00:00","until":"2026-11-22T13:00:00+00:00","lifts":["bedtime"],"author":"","reason":""}');
INSERT INTO "edits" VALUES(2,'profile','mai','{"key":"mai","name":"Mai","born":"2016-05-01","tier":"","language":"","zone":"","personal":[],"bedtime":"daily 21:00-06:00","hours":"","quotas":{"all":90},"groups":["8A"]}','{"key":"mai","name":"Mai Anh","born":null,"tier":"","groups":[],"language":"","zone":"","personal":[],"bedtime":"","hours":"","quotas":{}}');
CREATE TABLE exceptions (
	id INTEGER NOT NULL, 
	scope VARCHAR NOT NULL, 
	start BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	lifts JSON NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_exceptions PRIMARY KEY (id)
);
INSERT INTO "exceptions" VALUES(1,'child:mai',1795348800000000,1795352400000000,'["bedtime"]','','');
CREATE TABLE "feeds" (
	name VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	location VARCHAR NOT NULL, 
	format VARCHAR NOT NULL, 
	licence VARCHAR NOT NULL, 
	imported_at BIGINT, 
	lines INTEGER NOT NULL, 
	accepted INTEGER NOT NULL, 
	duplicate INTEGER NOT NULL, 
	skipped JSON NOT NULL, 
	names INTEGER NOT NULL, 
	urls INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	exceptions INTEGER DEFAULT '0' NOT NULL, 
	rules INTEGER DEFAULT '0' NOT NULL, 
	networks INTEGER DEFAULT '0' NOT NULL, 
	most INTEGER DEFAULT '0' NOT NULL, 
	interval INTEGER DEFAULT '0' NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	overdue INTEGER DEFAULT '0' NOT NULL, 
	top_hosts INTEGER DEFAULT '1000' NOT NULL, 
	kind VARCHAR DEFAULT 'list' NOT NULL, 
	content VARCHAR DEFAULT '' NOT NULL, 
	member VARCHAR DEFAULT '' NOT NULL, 
	read_as VARCHAR DEFAULT '' NOT NULL, 
	checksum VARCHAR DEFAULT '' NOT NULL, 
	signature VARCHAR DEFAULT '' NOT NULL, 
	public_key VARCHAR DEFAULT '' NOT NULL, 
	etag VARCHAR DEFAULT '' NOT NULL, 
	modified VARCHAR DEFAULT '' NOT NULL, 
	fault VARCHAR DEFAULT '' NOT NULL, 
	fault_reason VARCHAR DEFAULT '' NOT NULL, 
	enabled BOOLEAN DEFAULT 1 NOT NULL, 
	overrides JSON DEFAULT '{}' NOT NULL, 
	most_at BIGINT, 
	tried_at BIGINT, 
	checked_at BIGINT, 
	fault_since BIGINT, 
	retry_at BIGINT, 
	CONSTRAINT pk_feeds PRIMARY KEY (name)
);
INSERT INTO "feeds" VALUES('bets','gambling','/lists/bets.txt','hosts','',1795348800000000,0,0,0,'{"comment":2}',0,0,'',0,0,0,0,0,0,0,1000,'list','','','','','','','','','','',1,'{}',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE grants (
	id INTEGER NOT NULL, 
	child VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	until BIGINT NOT NULL, 
	confirmed_twice BOOLEAN NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY (id)
);
CREATE TABLE groups (
	"key" VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	CONSTRAINT pk_groups PRIMARY KEY ("key")
);
CREATE TABLE invites (
	hash VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	groups JSON NOT NULL, 
	first BOOLEAN NOT NULL, 
	made_at BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_invites PRIMARY KEY (hash)
);
CREATE TABLE journal (
	id INTEGER NOT NULL, 
	entry VARCHAR NOT NULL, 
	bucket INTEGER NOT NULL, 
	fold BLOB NOT NULL, 
	first_at BIGINT NOT NULL, 
	last_at BIGINT NOT NULL, 
	count INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	child VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	tier VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	host VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	rule_id INTEGER, 
	version VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	CONSTRAINT pk_journal PRIMARY KEY (id), 
	CONSTRAINT uq_journal_bucket_fold UNIQUE (bucket, fold)
);
INSERT INTO "journal" VALUES(1,'w1-1',1994832,X'48B46FE0F7F717A8FEC122AD9555B1D8',1795348800000000,1795348800000000,3,'visit','mai','tablet','9-12','block','rule','games','x.example','','rule 1',1,'2','');
CREATE TABLE journal_entries (
	bucket INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	CONSTRAINT pk_journal_entries PRIMARY KEY (bucket, id)
)
 WITHOUT ROWID

;
INSERT INTO "journal_entries" VALUES(1994832,'w1-1');
CREATE TABLE lessons (
	id INTEGER NOT NULL, 
	scope VARCHAR NOT NULL, 
	until BIGINT NOT NULL, 
	targets JSON NOT NULL, 
	title VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_lessons PRIMARY KEY (id)
);
INSERT INTO "lessons" VALUES(1,'group:8A',1795348800000000,'["olm.vn"]','Toán','','');
CREATE TABLE logins (
	hash VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	opened_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	address VARCHAR NOT NULL, 
	agent VARCHAR NOT NULL, 
	CONSTRAINT pk_logins PRIMARY KEY (hash), 
	CONSTRAINT fk_logins_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	channel INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	severity VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	tries INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	html VARCHAR NOT NULL, 
	fault VARCHAR NOT NULL, 
	done_at BIGINT, 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT ck_outbox_state CHECK (state IN ('waiting', 'sent', 'failed', 'summed')), 
	CONSTRAINT uq_outbox_channel_key UNIQUE (channel, "key")
);
CREATE TABLE passkeys (
	id VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	count INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	added_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_passkeys PRIMARY KEY (id), 
	CONSTRAINT fk_passkeys_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE pauses (
	id INTEGER NOT NULL, 
	scope VARCHAR NOT NULL, 
	until BIGINT NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_pauses PRIMARY KEY (id)
);
CREATE TABLE pins (
	profile VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	set_at BIGINT NOT NULL, 
	CONSTRAINT pk_pins PRIMARY KEY (profile)
);
CREATE TABLE profile_groups (
	profile VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	"group" VARCHAR NOT NULL, 
	CONSTRAINT pk_profile_groups PRIMARY KEY (profile, position), 
	CONSTRAINT fk_profile_groups_profile FOREIGN KEY(profile) REFERENCES profiles ("key") ON DELETE CASCADE
);
CREATE TABLE profiles (
	"key" VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	born DATE, 
	tier VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, personal JSON DEFAULT '[]' NOT NULL, bedtime VARCHAR DEFAULT '' NOT NULL, hours VARCHAR DEFAULT '' NOT NULL, quotas JSON DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_profiles PRIMARY KEY ("key")
);
INSERT INTO "profiles" VALUES('mai','Mai Anh',NULL,'','','','[]','','','{}');
CREATE TABLE requests (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	profile VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	answered_by VARCHAR NOT NULL, 
	answered_at BIGINT, 
	answer VARCHAR NOT NULL, 
	grant INTEGER, site VARCHAR DEFAULT '' NOT NULL, service VARCHAR DEFAULT '' NOT NULL, category VARCHAR DEFAULT '' NOT NULL, reason VARCHAR DEFAULT '' NOT NULL, entry VARCHAR DEFAULT '' NOT NULL, scope VARCHAR DEFAULT '' NOT NULL, duration VARCHAR DEFAULT '' NOT NULL, whom VARCHAR DEFAULT '' NOT NULL, rule INTEGER, until BIGINT, links JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_requests PRIMARY KEY (id), 
	CONSTRAINT ck_requests_state CHECK (state IN ('open', 'approved', 'denied', 'expired'))
);
CREATE TABLE rules (
	id INTEGER NOT NULL, 
	scope VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	"when" VARCHAR NOT NULL, 
	until BIGINT, 
	safe_search BOOLEAN NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_rules PRIMARY KEY (id)
);
INSERT INTO "rules" VALUES(1,'child:mai','x.example','allow','',1795348800000000,1,'','');
CREATE TABLE services (
	"key" VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	hosts JSON NOT NULL, 
	urls JSON NOT NULL, 
	networks JSON NOT NULL, 
	categories JSON NOT NULL, 
	min_age INTEGER NOT NULL, aliases JSON DEFAULT '[]' NOT NULL, companions JSON DEFAULT '[]' NOT NULL, dependencies JSON DEFAULT '[]' NOT NULL, payment_hosts JSON DEFAULT '[]' NOT NULL, company_hosts JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_services PRIMARY KEY ("key")
);
INSERT INTO "services" VALUES('vui','Vui','["vui.example"]','[]','[]','[]',0,'["chat_vui"]','[]','[]','[]','[]');
CREATE TABLE settings (
	"key" VARCHAR NOT NULL, 
	value JSON NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('holidays','["2026-09-02"]');
INSERT INTO "settings" VALUES('terms','[{"key":"hk1","first":"2026-09-07","last":"2027-01-15"}]');
INSERT INTO "settings" VALUES('zone','"Asia/Ho_Chi_Minh"');
CREATE TABLE strangers (
	"key" VARCHAR NOT NULL, 
	mac VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	way VARCHAR NOT NULL, 
	first_at BIGINT NOT NULL, 
	last_at BIGINT NOT NULL, 
	CONSTRAINT pk_strangers PRIMARY KEY ("key")
);
CREATE TABLE tiers (
	"key" VARCHAR NOT NULL, 
	title JSON NOT NULL, 
	min_age INTEGER NOT NULL, 
	age_tier BOOLEAN NOT NULL, 
	mode VARCHAR NOT NULL, 
	categories JSON NOT NULL, 
	services JSON NOT NULL, 
	ways_around JSON NOT NULL, 
	content_types JSON NOT NULL, 
	"default" VARCHAR NOT NULL, 
	safe_search BOOLEAN NOT NULL, 
	youtube VARCHAR NOT NULL, 
	text_limits JSON NOT NULL, 
	image_limits JSON NOT NULL, 
	message_limits JSON NOT NULL, 
	personal_data VARCHAR NOT NULL, 
	search_terms JSON NOT NULL, 
	hours VARCHAR NOT NULL, 
	bedtime VARCHAR NOT NULL, 
	quotas JSON NOT NULL, 
	journal VARCHAR NOT NULL, 
	notify JSON NOT NULL, 
	zone VARCHAR NOT NULL, search_alerts JSON DEFAULT '[]' NOT NULL, search_help JSON DEFAULT '[]' NOT NULL, videos JSON DEFAULT '[]' NOT NULL, unjudged VARCHAR DEFAULT 'watch' NOT NULL, notice_minutes JSON DEFAULT '{}' NOT NULL, ai_label BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_tiers PRIMARY KEY ("key")
);
INSERT INTO "tiers" VALUES('club','{"vi":"","en":""}',0,0,'deny_list','{"games":"warn"}','{}','{}','{}','allow',0,'off','{}','{}','{}','allow','[]','','','{"all":60}','host','[]','','[]','[]','[]','watch','{}',0);
CREATE TABLE time_told (
	profile VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	"key" VARCHAR NOT NULL, 
	notice VARCHAR NOT NULL, 
	CONSTRAINT pk_time_told PRIMARY KEY (profile, day, "key", notice)
);
CREATE TABLE tokens (
	id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	write BOOLEAN NOT NULL, 
	made_at BIGINT NOT NULL, 
	until BIGINT, 
	used_at BIGINT, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_tokens_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE, 
	CONSTRAINT uq_tokens_hash UNIQUE (hash)
);
CREATE TABLE usage (
	id INTEGER NOT NULL, 
	profile VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT NOT NULL, 
	CONSTRAINT pk_usage PRIMARY KEY (id)
);
CREATE TABLE usage_lines (
	boot VARCHAR NOT NULL, 
	zero BIGINT NOT NULL, 
	CONSTRAINT pk_usage_lines PRIMARY KEY (boot)
);
CREATE TABLE users (
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	password_hash VARCHAR, 
	language VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	active BOOLEAN NOT NULL, groups JSON DEFAULT '[]' NOT NULL, totp_secret VARCHAR DEFAULT '' NOT NULL, totp_step INTEGER DEFAULT '0' NOT NULL, recovery JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (name), 
	CONSTRAINT ck_users_role CHECK (role IN ('owner', 'parent', 'teacher', 'auditor'))
);
CREATE TABLE versions (
	number INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	author VARCHAR NOT NULL, 
	comment VARCHAR NOT NULL, 
	CONSTRAINT pk_versions PRIMARY KEY (number)
);
INSERT INTO "versions" VALUES(1,1795348800000000,'lan','first');
INSERT INTO "versions" VALUES(2,1795352400000000,'lan','second');
CREATE INDEX ix_profile_groups_group ON profile_groups ("group");
CREATE INDEX ix_device_addresses_address ON device_addresses (address);
CREATE INDEX ix_edits_kind_key ON edits (kind, "key");
CREATE INDEX ix_requests_profile_at ON requests (profile, at);
CREATE INDEX ix_requests_state_at ON requests (state, at);
CREATE INDEX ix_alerts_seen_at ON alerts (seen, at);
CREATE INDEX ix_journal_child_last_at ON journal (child, last_at);
CREATE INDEX ix_journal_last_at ON journal (last_at);
CREATE INDEX ix_usage_day ON usage (day);
CREATE INDEX ix_usage_profile_day ON usage (profile, day);
CREATE INDEX ix_strangers_last_at ON strangers (last_at);
CREATE INDEX ix_logins_user ON logins (user);
CREATE INDEX ix_logins_until ON logins (until);
CREATE INDEX ix_passkeys_user ON passkeys (user);
CREATE INDEX ix_tokens_user ON tokens (user);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_user_id ON audit (user, id);
CREATE INDEX ix_audit_act_id ON audit (act, id);
CREATE INDEX ix_bonuses_day ON bonuses (day);
CREATE INDEX ix_bonuses_profile_day ON bonuses (profile, day);
CREATE INDEX ix_time_told_day ON time_told (day);
CREATE INDEX ix_alerts_kind_key ON alerts (kind, "key");
CREATE INDEX ix_alerts_told ON alerts (told);
CREATE INDEX ix_outbox_state_due_at ON outbox (state, due_at);
CREATE INDEX ix_outbox_channel_done_at ON outbox (channel, done_at);
CREATE INDEX ix_checks_at ON checks (at);
COMMIT;
