"""What schools and authorities are shown: tables as CSV and PDF, and the report pack."""
