-- Revisions, so that what seldom changes can be remembered between transactions. A revision is a random number, drawn anew whenever
-- something changes that goes by it. Equal revisions therefore mean equal contents, whoever wrote meanwhile, this server or another
-- process, and also after a transaction that was taken back. (A counter would count to the same number again.)

-- Goes with the community itself, the number of its servers, its ranks with their departments, its guards, and its credentials.
ALTER TABLE communities ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER communities_made AFTER INSERT ON communities BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.id;
END;

CREATE TRIGGER communities_edited
AFTER UPDATE OF uuid, public_id, name, sub_version, undo_needs_user, custom_domain ON communities BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.id;
END;

CREATE TRIGGER game_servers_made AFTER INSERT ON game_servers BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER game_servers_removed AFTER DELETE ON game_servers BEGIN
    UPDATE communities SET revision = random() WHERE id = OLD.community;
END;

CREATE TRIGGER departments_edited AFTER UPDATE ON departments BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER ranks_made AFTER INSERT ON ranks BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER ranks_edited AFTER UPDATE ON ranks BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER ranks_removed AFTER DELETE ON ranks BEGIN
    UPDATE communities SET revision = random() WHERE id = OLD.community;
END;

CREATE TRIGGER community_guards_made AFTER INSERT ON community_guards BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER community_guards_edited AFTER UPDATE ON community_guards BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER community_guards_removed AFTER DELETE ON community_guards BEGIN
    UPDATE communities SET revision = random() WHERE id = OLD.community;
END;

-- A credential that is new changes nothing that is remembered.
CREATE TRIGGER credentials_edited AFTER UPDATE ON credentials BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.community;
END;

CREATE TRIGGER credentials_removed AFTER DELETE ON credentials BEGIN
    UPDATE communities SET revision = random() WHERE id = OLD.community;
END;

-- Goes with all that is stored of an account but its standing and its ranks: what rank changes do not touch.
ALTER TABLE account_standings ADD COLUMN row_revision INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER account_standings_made AFTER INSERT ON account_standings BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.account;
END;

CREATE TRIGGER accounts_edited AFTER UPDATE ON accounts BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.id;
END;

CREATE TRIGGER identifiers_made AFTER INSERT ON identifiers BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.account;
END;

CREATE TRIGGER identifiers_edited AFTER UPDATE ON identifiers BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account IN (OLD.account, NEW.account);
END;

CREATE TRIGGER identifiers_removed AFTER DELETE ON identifiers BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = OLD.community AND account = OLD.account;
END;

CREATE TRIGGER api_ids_made AFTER INSERT ON api_ids BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.account;
END;

CREATE TRIGGER api_ids_edited AFTER UPDATE ON api_ids BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account IN (OLD.account, NEW.account);
END;

CREATE TRIGGER api_ids_removed AFTER DELETE ON api_ids BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = OLD.community AND account = OLD.account;
END;

CREATE TRIGGER clock_rows_made AFTER INSERT ON clock_rows BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.account;
END;

CREATE TRIGGER clock_rows_edited AFTER UPDATE ON clock_rows BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account IN (OLD.account, NEW.account);
END;

CREATE TRIGGER clock_rows_removed AFTER DELETE ON clock_rows BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = OLD.community AND account = OLD.account;
END;

CREATE TRIGGER profile_fields_made AFTER INSERT ON profile_fields BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.account;
END;

CREATE TRIGGER profile_fields_edited AFTER UPDATE ON profile_fields BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account IN (OLD.account, NEW.account);
END;

CREATE TRIGGER profile_fields_removed AFTER DELETE ON profile_fields BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = OLD.community AND account = OLD.account;
END;

CREATE TRIGGER notification_preferences_made AFTER INSERT ON notification_preferences BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account = NEW.account;
END;

CREATE TRIGGER notification_preferences_edited AFTER UPDATE ON notification_preferences BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = NEW.community AND account IN (OLD.account, NEW.account);
END;

CREATE TRIGGER notification_preferences_removed AFTER DELETE ON notification_preferences BEGIN
    UPDATE account_standings SET row_revision = random()
    WHERE community = OLD.community AND account = OLD.account;
END;
