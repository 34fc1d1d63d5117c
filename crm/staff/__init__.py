"""Who may work with Sapa: accounts, roles, sessions, throttled sign-in, and the record of what was done."""
