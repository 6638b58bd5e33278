"""`make bench`: how fast each endpoint is, beside the same SQL written by hand.

A yardstick is a bare Django view in the same server process, behind the same middleware:
no serializer, no model, no DRF; the statements of the endpoint, word for word, through a
cursor, and the same JSON to the byte. Ours and the yardstick take turns, so that what
else the machine does hits both, and only their ratio means anything on another machine.
"""
