"""The manual: pages as data in `resources/manual`, read with the window's own words filled in. Free of Qt,
but for the reader."""
