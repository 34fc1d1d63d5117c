"""How people come to the library: contacts, groups and programmes."""
