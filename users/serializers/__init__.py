"""The shapes that the endpoints about people take and give."""
