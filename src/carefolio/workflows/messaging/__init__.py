"""Patient and doctor write to each other, and a doctor asks for a document."""
