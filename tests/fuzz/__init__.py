"""Foreign files damaged at random: `python -m tests.fuzz` for as long as asked, a short run in the suite."""
