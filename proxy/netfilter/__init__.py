"""The gateway's packet filter: nftables in a table of its own, kernel settings, and their removal.

Names are judged elsewhere; here stands what is done to packets that no name is known of.
"""
