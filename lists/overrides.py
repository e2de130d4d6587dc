"""How an owner's words begin that lift a refusal of one feed; each has a reason beside it.

shrink, grow        another size than before is right
host:HOST           the feed may stop HOST, or everything below a public suffix
address:CIDR        the feed lies at a private address
"""

SHRINK, GROW, HOST, ADDRESS = "shrink", "grow", "host:", "address:"
