"""Brings an ILS's patrons, catalogue and circulation into the CRM database, and proves the copy equal."""
