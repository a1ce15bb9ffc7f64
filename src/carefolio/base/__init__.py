"""The ground: clock, ids, settings, failures, keys, crypto, logs and the database that everything stands on."""
