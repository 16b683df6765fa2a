"""A first notebook of descriptive statistics, and its checks."""
