"""The admin site: who may enter it, and its front page."""
