"""What a body says in words: bytes in, a Page of text parts out.

Decoding, charsets, HTML and JSON live here. What the words mean does not: scores are made in
`content/phrases`. Nothing here reads a file, a clock or the network, and no bytes make it raise.
"""
