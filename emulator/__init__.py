"""Virtual Vitale and CPS cards, and the ways to put them in a reader."""
