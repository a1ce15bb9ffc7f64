"""The patient decides: requests to answer, who has access, change and withdraw."""
