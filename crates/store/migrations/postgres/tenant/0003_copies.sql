SET LOCAL search_path = tenant;

-- A copy writes rows before the rows that they refer to, and has all keys checked at its end. For everybody else
-- they are checked at once, as before.
DO $deferrable$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype = 'f' AND c.relnamespace = 'tenant'::regnamespace AND NOT k.condeferrable
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER CONSTRAINT %I DEFERRABLE INITIALLY IMMEDIATE', found.relname, found.conname);
    END LOOP;
END $deferrable$;
