"""Users and what is recorded about them, for staff: a module for each model, no secrets."""

from users.admin import activations, audit_events, confirmation_codes, sign_ins, users

__all__ = ["activations", "audit_events", "confirmation_codes", "sign_ins", "users"]
