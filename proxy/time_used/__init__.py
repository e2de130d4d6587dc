"""The worker's side of the ledger of time: what was used is noted and told the keeper; what is used
up comes back by the file of minutes.

Noting is a look-up and an append: nothing here waits, but `notes.Notes.tell` beside the traffic.
What counts is `policies.usage`'s to say, what it comes to `policies.ledger`'s.
"""
