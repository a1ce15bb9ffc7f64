"""What people come to do, one folder a purpose; each talks to the others through records alone."""
