"""What the panels' tables show, apart from how they look."""
