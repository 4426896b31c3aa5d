"""Windows that ask for a choice that must be made."""
