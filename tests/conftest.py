"""What all tests share."""

from hypothesis import settings

# No test fails because the machine is busy: an example may take as long as it needs.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
