"""What all tests share."""

import os

import pytest
from hypothesis import HealthCheck, settings

from autograder.running import sandbox

# No test fails because the machine is busy: an example may take as long as it needs.
settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("course")


@pytest.fixture(scope="session")
def sandboxes_can_be_made():
    """Skips what needs a sandbox on a machine that has none; under CI that is a failure."""
    reason = sandbox.why_unavailable()
    if reason and not os.environ.get("CI"):
        pytest.skip(reason)
    assert reason is None, reason
