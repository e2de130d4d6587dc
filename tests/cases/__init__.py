"""The rig for bypass and bad-input cases: `python -m tests.cases`.

It plays every case of `../shared/cases/bypass_dev.jsonl` against the real gateway, inside a network
namespace of its own where it also plays the whole Internet. It judges the gateway from outside: by
what a client receives, what an origin receives, and what stands in the journal. What is allowed is
never decided here.
"""
