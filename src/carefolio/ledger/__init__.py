"""The ledger: an append-only Merkle tree of sealed entries, its checkpoints, proofs and verification."""
