"""What is said to a child, and by a child: prompts and answers of AI chats, messages of people.

Bytes or text come in, what was said comes out (`hear.py`, `streams.py`); a `Conversation` keeps the
last of it, and `score.py` says what it comes to. No I/O, no clock, and nothing said is kept beyond
the window of the conversation.
"""
