"""The sample banner and how it is made: small fact files, one deterministic builder."""
