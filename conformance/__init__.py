"""The catalogue of requirements, the products under test, the runner and its verdicts."""
