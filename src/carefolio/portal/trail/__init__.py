"""Who looked: the ledger of a chart, and everybody's own."""
