"""How fast the product is and how much memory it takes: `python -m tests.bench`. No part of the tests."""
