"""The commands, one file a subject; `app.commands` puts them together."""
