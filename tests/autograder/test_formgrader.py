"""The formgrader starts without a word about things that this course does without."""

import logging

from nbgrader.apps import NbGraderAPI

from autograder.grading.grade import load_config


def test_a_course_without_an_exchange_logs_no_error(toy_course, caplog):
    log = logging.getLogger("traitlets")
    log.addHandler(caplog.handler)
    config = load_config(toy_course)
    config.Exchange.root = "/nowhere/exchange"
    try:
        api = NbGraderAPI(config=config)
    finally:
        log.removeHandler(caplog.handler)
    assert api.exchange_missing
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []
