"""What leaves the house: pictures and tables, all through `layers.release`."""
