-- Entries of a group of disclosures, all decided on as of one epoch (NULL: decided on nothing that can move), in one round trip:
-- the gate, one look at the epoch behind it, the entries. FALSE: the epoch has moved, and nothing was written. A function in
-- PL/pgSQL that is VOLATILE looks at each of its statements' own moment, so the look comes after the gate was passed.
CREATE FUNCTION disclose(
    held BIGINT, times BIGINT[], kinds BIGINT[], owners BIGINT[], actors BIGINT[], bodies bytea[], leaves bytea[]
) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7305001);
    IF held IS NOT NULL AND held IS DISTINCT FROM (SELECT value FROM epoch) THEN
        RETURN FALSE;
    END IF;
    INSERT INTO waiting (time, kind, owner, actor, body, leaf)
        SELECT * FROM unnest(times, kinds, owners, actors, bodies, leaves);
    RETURN TRUE;
END
$$;
