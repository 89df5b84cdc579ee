"""Reads Vitale and CPS cards, real or virtual: a stand-in for the API de lecture Vitale 4.10."""
