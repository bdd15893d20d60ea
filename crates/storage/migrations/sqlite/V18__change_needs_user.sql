-- Whether every change of ranks or standing must name the person who acts. It is off, as it was before.
ALTER TABLE communities ADD COLUMN change_needs_user INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER communities_demand_edited AFTER UPDATE OF change_needs_user ON communities BEGIN
    UPDATE communities SET revision = random() WHERE id = NEW.id;
END;
