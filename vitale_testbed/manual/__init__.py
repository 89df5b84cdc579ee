"""`manual`: a product whose screen a person reads, and the local page that leads them through the cases.

`product` is what the runner sees; `room` is where the run waits for the person and the page answers for them; `book` keeps what was
said until its case is in the stream, `shots` the screenshots; `scenes` and `pages` make what people see, `app` the way there. Gate,
keys, server and looks are those of the consultation page.
"""
