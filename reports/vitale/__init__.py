"""Turns an event stream into something to read."""
