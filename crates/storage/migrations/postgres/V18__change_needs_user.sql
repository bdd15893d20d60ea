-- Whether every change of ranks or standing must name the person who acts. It is off, as it was before.
ALTER TABLE communities ADD COLUMN change_needs_user BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TRIGGER communities_demand_edited
BEFORE UPDATE OF change_needs_user ON communities
FOR EACH ROW EXECUTE FUNCTION draw_own_revision();
