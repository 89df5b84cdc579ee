"""Greets a patient by the name on the carte Vitale."""
