"""Messages between patients and doctors, and documents that doctors ask for."""
