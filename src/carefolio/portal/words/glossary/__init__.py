"""Plain names for what records most often name: our own small tables, by code and by the medical words."""
