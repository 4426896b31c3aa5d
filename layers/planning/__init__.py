"""Engines: from a plan and a policy to frozen results; no files, no screen, no clock."""
