"""What a child tells about itself: its own data by keyed hash, and shapes that such data has.

Bytes of a request or a message in, kinds out. What was found never leaves this room in clear, and
nothing here does I/O, knows the time, or decides what happens with what was found.
"""
