"""One reader a format: `read(path, options, work, tell) -> Source`. Child process only."""
