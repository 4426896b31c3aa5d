"""The material of a meeting as one folder: made, told apart by its content, and held against the project."""
