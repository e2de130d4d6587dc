"""Category feeds: parse every list format, compile them to the index. No policy, no database."""
