"""What lies under the layers: tiles in a file, tiles of the web kept in a file, pictures and heights."""
