-- From here on the body of a long record is packed before it is sealed: an older Carefolio could not read it.
COMMENT ON COLUMN record.body IS 'nonce and ciphertext; what is sealed begins with the byte 2 where it is packed';
COMMENT ON COLUMN history.body IS 'as in record';
