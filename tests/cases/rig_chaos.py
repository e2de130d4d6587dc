"""stub"""


def run(faults, stage, bodygen, *, deep):
    from tests.cases.results import Result, NOT_COVERED

    for c in faults:
        yield Result(c, NOT_COVERED, ["todo"])
