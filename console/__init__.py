"""The commands of `kidgate`, one file for each family: parse, call, print. No decisions here.

What is heavy (SQLAlchemy, rich, mitmproxy) is imported inside the command that needs it, so that
`kidgate --help` is quick and `kidgate up` stays small.
"""
