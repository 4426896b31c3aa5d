"""The parts of the painter: paths, patterns, point symbols, names, cards."""
