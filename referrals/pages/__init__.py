"""The pages about referrals. They use the same services as the API."""
