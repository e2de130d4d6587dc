"""What adults are told: the sentences of alerts, of messages and of the weekly digest. Pure."""
