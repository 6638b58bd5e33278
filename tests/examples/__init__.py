"""The examples of README.md, recorded from a running server: `make examples`.

`story` plays a few people who use every operation, `recording` keeps each request with its
answer, `stand_ins` replaces what differs between two runs, and `markdown` writes the blocks.
"""
