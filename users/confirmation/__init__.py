"""Confirmation codes: what a number may ask for, the code, its delivery."""
