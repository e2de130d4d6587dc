"""Which device is asking, by what the network knows of it: neighbour table and DHCP leases.

Whose device it is stands in the policy; nothing here decides.
"""
