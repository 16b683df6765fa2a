"""What all tests share."""

import os

import pytest
from hypothesis import HealthCheck, settings

from autograder.running import sandbox

# No test fails because the machine is busy: an example may take as long as it needs.
settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("course")

# The longest files. Begun last, each would leave one core idle in the end.
LONG = {
    *("test_attacks", "test_bare_environment", "test_second_lab", "test_term", "test_bank"),
    *("test_faulty_submissions", "test_full_disk", "test_regularization", "test_playground"),
}


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def sandboxes_can_be_made():
    """Skips what needs a sandbox on a machine that has none; under CI that is a failure."""
    reason = sandbox.why_unavailable()
    if reason and not os.environ.get("CI"):
        pytest.skip(reason)
    assert reason is None, reason
