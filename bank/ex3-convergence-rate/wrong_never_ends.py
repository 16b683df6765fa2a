# expect: no end
def slowest_rate(eigenvalues):
    while True:
        rate = 1 - 2 * min(eigenvalues) / max(eigenvalues)
