"""The parts of the window: they read a result, show it, and call Session.do."""
