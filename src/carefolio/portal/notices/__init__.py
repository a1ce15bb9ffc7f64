"""What somebody was told of: requests, answers, emergencies."""
