"""How fast the product is and how much memory it takes: `python -m tests.bench`. Not part of the test suite."""
