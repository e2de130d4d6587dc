"""What passes through is looked at here: bodies are held, given to the analysers of
`kidgate.content`, judged with what these found, and delivered as they were read.

Nothing is analysed here, and nothing decided: see `kidgate.content` and `kidgate.policies`.
"""
