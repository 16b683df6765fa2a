def slowest_rate(eigenvalues):
    flattest, *_, steepest = sorted(eigenvalues)
    return 1 - (2 / steepest) * flattest
