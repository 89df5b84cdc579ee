"""Virtual cards and readers for the tests of other people's programs: what pytest's fixtures and plain Python share.

`cards` makes cards, `inprocess` and `pcsc` put them in readers, `log` keeps what they were asked, `choice` reads the marker.
`shadow` is the only module that may be loaded before a fixture is used.
"""
