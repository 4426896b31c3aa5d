"""What each map layer is: kinds, columns, roles, styles, privacy classes, services."""
