"""`make load-data USERS=…`: millions of believable people in PostgreSQL, in minutes."""
