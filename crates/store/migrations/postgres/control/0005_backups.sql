SET LOCAL search_path = control;

-- What was erased, by its id alone: a restored backup erases it again. kind: workspace, or replaced where a restore
-- put another state of a workspace in its place. What stands here stays: no role that serves can change or delete it.
CREATE TABLE erasures (
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id, kind, at)
);

-- Deletes all rows of one workspace that stands above, audit records too, which no role that serves can delete. One
-- that was replaced was so in this very transaction: each time leaves its line. It runs as the owner, whom the policies
-- bind as well: so it names the workspace to them, and can reach no other.
CREATE FUNCTION erase_workspace(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $erase$
DECLARE
    before text := coalesce(current_setting('trackhold.workspace', true), '');
    one record;
BEGIN
    IF NOT EXISTS (
        SELECT FROM control.erasures
        WHERE id = which AND (kind = 'workspace' OR kind = 'replaced' AND xmin = pg_current_xact_id()::xid)
    ) THEN
        RAISE EXCEPTION 'the workspace % is not one that is erased', which USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('trackhold.workspace', which::text, true);
    -- Waits for whoever writes there. Without a head nothing is there any more.
    PERFORM FROM tenant.audit_head WHERE workspace_id = which FOR UPDATE;
    IF FOUND THEN
        SET CONSTRAINTS ALL DEFERRED;
        FOR one IN
            SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'tenant'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
        LOOP
            EXECUTE format('DELETE FROM tenant.%I WHERE workspace_id = $1', one.relname) USING which;
        END LOOP;
    END IF;
    PERFORM set_config('trackhold.workspace', before, true);
END $erase$;
REVOKE ALL ON FUNCTION erase_workspace(uuid) FROM PUBLIC;
