"""Record rows: current versions, history, index rows, owners. Imported by records, search and assembly only."""
