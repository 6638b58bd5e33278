"""Tools that know no word of the domain; each could be released as a package of its own."""
