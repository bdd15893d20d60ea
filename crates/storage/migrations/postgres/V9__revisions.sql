-- Revisions, so that what seldom changes can be remembered between transactions. A revision is a random number that is drawn anew
-- whenever something changes that goes by it. Equal revisions therefore mean equal contents, whoever wrote meanwhile, this node or
-- another, and also after a transaction that was taken back or lost with its server. A sequence would not do: a standby that is
-- promoted draws numbers again that the primary drew last.
CREATE FUNCTION draw_revision() RETURNS bigint LANGUAGE sql VOLATILE
RETURN hashtextextended(gen_random_uuid()::text, 0);

-- Goes with the community itself, the number of its servers, its ranks with their departments, its guards, and its credentials.
ALTER TABLE communities ADD COLUMN revision BIGINT NOT NULL DEFAULT draw_revision();

CREATE FUNCTION draw_own_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := draw_revision();
    RETURN NEW;
END $$;

CREATE FUNCTION draw_community_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE communities SET revision = draw_revision() WHERE id = OLD.community;
    ELSE
        UPDATE communities SET revision = draw_revision() WHERE id = NEW.community;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER communities_edited
BEFORE UPDATE OF uuid, public_id, name, sub_version, undo_needs_user, custom_domain ON communities
FOR EACH ROW EXECUTE FUNCTION draw_own_revision();

CREATE TRIGGER game_servers_counted
AFTER INSERT OR DELETE ON game_servers FOR EACH ROW EXECUTE FUNCTION draw_community_revision();

CREATE TRIGGER departments_edited
AFTER UPDATE ON departments FOR EACH ROW EXECUTE FUNCTION draw_community_revision();

CREATE TRIGGER ranks_edited
AFTER INSERT OR UPDATE OR DELETE ON ranks FOR EACH ROW EXECUTE FUNCTION draw_community_revision();

CREATE TRIGGER community_guards_edited
AFTER INSERT OR UPDATE OR DELETE ON community_guards FOR EACH ROW EXECUTE FUNCTION draw_community_revision();

-- A credential that is new changes nothing that is remembered.
CREATE TRIGGER credentials_edited
AFTER UPDATE OR DELETE ON credentials FOR EACH ROW EXECUTE FUNCTION draw_community_revision();

-- Goes with all that is stored of an account but its standing and its ranks: what rank changes do not touch.
ALTER TABLE account_standings ADD COLUMN row_revision BIGINT NOT NULL DEFAULT draw_revision();

CREATE FUNCTION draw_account_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account_standings SET row_revision = draw_revision()
    WHERE community = NEW.community AND account = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION draw_revision_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE account_standings SET row_revision = draw_revision()
        WHERE community = OLD.community AND account = OLD.account;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE account_standings SET row_revision = draw_revision()
        WHERE community = NEW.community AND account = NEW.account;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER accounts_edited
AFTER UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION draw_account_revision();

CREATE TRIGGER identifiers_edited
AFTER INSERT OR UPDATE OR DELETE ON identifiers FOR EACH ROW EXECUTE FUNCTION draw_revision_of_account();

CREATE TRIGGER api_ids_edited
AFTER INSERT OR UPDATE OR DELETE ON api_ids FOR EACH ROW EXECUTE FUNCTION draw_revision_of_account();

CREATE TRIGGER clock_rows_edited
AFTER INSERT OR UPDATE OR DELETE ON clock_rows FOR EACH ROW EXECUTE FUNCTION draw_revision_of_account();

CREATE TRIGGER profile_fields_edited
AFTER INSERT OR UPDATE OR DELETE ON profile_fields FOR EACH ROW EXECUTE FUNCTION draw_revision_of_account();

CREATE TRIGGER notification_preferences_edited
AFTER INSERT OR UPDATE OR DELETE ON notification_preferences
FOR EACH ROW EXECUTE FUNCTION draw_revision_of_account();
