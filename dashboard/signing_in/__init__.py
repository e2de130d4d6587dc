"""How somebody proves who they are: passwords, one-time codes, recovery codes, passkeys.

Pure functions on what was typed and what is kept. They read and write no row, know no request and
no cookie; the clock is an argument. Whoever calls them asks the keeper to count tries (`limit`) and
to note what was used (`user.totp_used`, `user.recovery_used`, `passkey.used`), and lets nobody in
unless the keeper says that it was fresh. Keys made at random are `store.keys`.
"""
