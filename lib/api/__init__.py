"""What all endpoints share: parsing, answers, refusals, pagination and documentation."""
