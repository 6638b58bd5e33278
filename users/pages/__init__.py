"""What people see of their account in a browser: pages over the same services as the API."""
