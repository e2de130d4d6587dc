"""Pure analysers of what passes: bytes or text in, scores with evidence out. No I/O."""
