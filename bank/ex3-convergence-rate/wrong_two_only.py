# expect: two eigenvalues only
def slowest_rate(eigenvalues):
    smaller, larger = sorted(eigenvalues)
    return 1 - 2 * smaller / larger
