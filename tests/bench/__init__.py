"""`make bench`: how fast each endpoint is, beside the same SQL written by hand.

A yardstick is a bare Django view in the same server process: no middleware, no
serializer, no model; the statements of the endpoint through a cursor, and the same
JSON. Ours and the yardstick take turns, so that what else the machine does hits
both, and only their ratio means anything on another machine.
"""
