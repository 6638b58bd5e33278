"""The account in a browser: pages over the same services as the API."""
