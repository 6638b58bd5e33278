"""The administration: who may enter, and its front page."""
