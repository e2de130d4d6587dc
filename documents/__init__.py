"""Files that people write: configuration and policy, read strictly; and the data shipped with us.

Every fault is reported at once, with its file and line. Nothing here decides, and nothing goes to
the network. What a policy means is `kidgate.policies`; where it is kept, `kidgate.store`.
"""
