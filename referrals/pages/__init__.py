"""What people see of referrals in a browser: pages over the same services as the API."""
