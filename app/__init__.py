"""The desktop client and the command line of QiTu."""
