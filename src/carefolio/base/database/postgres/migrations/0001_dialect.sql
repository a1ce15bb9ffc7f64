-- What our statements use of SQLite's functions. The planner inlines them where it can.
CREATE TABLE migration(number INTEGER PRIMARY KEY);

CREATE DOMAIN blob AS bytea;
CREATE FUNCTION zeroblob(bytes INTEGER) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT decode(repeat('00', bytes), 'hex') $$;
CREATE FUNCTION typeof(value BIGINT) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'integer' $$;
CREATE FUNCTION typeof(value bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'blob' $$;
CREATE FUNCTION iif(test boolean, yes BIGINT, no BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN test THEN yes ELSE no END $$;
CREATE FUNCTION iif(test boolean, yes bytea, no bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN test THEN yes ELSE no END $$;
-- A list that travels as one JSON argument.
CREATE FUNCTION json_each(list text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20
    AS $$ SELECT json_array_elements_text(list::json) $$;
