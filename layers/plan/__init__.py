"""The plan as a value: tables, changes, documents."""
