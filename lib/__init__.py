"""Tools without business rules; each could be released as a package of its own."""
