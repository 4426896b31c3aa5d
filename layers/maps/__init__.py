"""What a map shows: scenes of culled arrays and resolved symbols. Nothing here knows a screen."""
