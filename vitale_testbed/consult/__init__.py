"""The simple consultation tool: a page on this machine's loopback, and the HTTP API behind it.

`slots` are the two readers, virtual or real; `desk` is what goes on at the workplace (what was read, for whom, with whose
code) and knows nothing of HTTP; `gate` lets in only who holds the token; `app` and `routes` are the API; `pages` makes what people
see; `server` runs it. The document of the API is in `openapi`, which needs no web framework.
"""
