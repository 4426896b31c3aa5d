"""The map in the window: the widget, the worker that paints, the tools."""
