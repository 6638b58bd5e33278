"""The people whom an inviter invited: listed, counted, summed up and taken away as a file."""
