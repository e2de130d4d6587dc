"""Telling adults: who is told what, by which way, how often; and the process that sends."""
