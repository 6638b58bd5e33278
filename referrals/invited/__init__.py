"""The users whom an inviter invited: lists, counts, summaries and downloads."""
