"""Scenes told to a meeting: the stage it sees, the desk of who speaks, and what keys do."""
