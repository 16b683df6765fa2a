"""The checker of the lab: checks for students, grading for instructors."""
