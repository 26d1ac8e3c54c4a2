-- What is observed in a case moves the roster, whoever saw it: an arrival puts the worker in place,
-- an end frees the worker and takes the record from the agency. Plans move nothing (DOMAIN 0.12).

SET ROLE dc_owner;

CREATE FUNCTION sync.event_observed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE r record;
BEGIN
    IF NEW.kind = 'worker_arrived' THEN
        FOR r IN UPDATE dc.placement_block b SET status = 'active', arrived_at = NEW.at
                   FROM dc.offer_link l
                  WHERE l.scope_id = NEW.scope_id AND b.offer_id = l.offer_id AND b.status = 'confirmed'
                    AND coalesce(NEW.about_id, b.id) = b.id
                    -- A relief worker weeks ahead has not arrived with the first one.
                    AND b.starts_at <= NEW.at + interval '24 hours'
                 RETURNING b.id LOOP
            PERFORM sync.note_cascade('placement_block', r.id, 'active');
        END LOOP;
    ELSIF NEW.kind = 'placement_ended' THEN
        FOR r IN UPDATE dc.placement_block b SET status = 'ended', left_at = NEW.at
                   FROM dc.offer_link l
                  WHERE l.scope_id = NEW.scope_id AND b.offer_id = l.offer_id AND b.status = 'active'
                 RETURNING b.id LOOP
            PERFORM sync.note_cascade('placement_block', r.id, 'ended');
        END LOOP;
        PERFORM sync.close_visits(NEW.scope_id,
            CASE WHEN NEW.detail ->> 'reason' IN ('died', 'readmitted') THEN 'excluded' ELSE 'void' END,
            NEW.detail ->> 'reason');
        FOR r IN UPDATE dc.placement p SET status = 'ended', ended_at = NEW.at,
                        end_reason = NEW.detail ->> 'reason'
                   FROM dc.offer_link l
                  WHERE l.scope_id = NEW.scope_id AND p.offer_id = l.offer_id AND p.status = 'open'
                 RETURNING p.id LOOP
            PERFORM sync.note_cascade('placement', r.id, 'ended');
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION sync.event_observed() FROM PUBLIC;
CREATE TRIGGER k_observed AFTER INSERT ON dc.event
    FOR EACH ROW EXECUTE FUNCTION sync.event_observed();

RESET ROLE;
