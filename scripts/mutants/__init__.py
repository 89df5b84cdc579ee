"""Mutation testing of the reader core, with the catalogue of requirements as its only test (docs/mutants.md)."""
