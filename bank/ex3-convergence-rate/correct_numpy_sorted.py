import numpy as np

def slowest_rate(eigenvalues):
    ordered = np.sort(eigenvalues)
    return (ordered[-1] - 2 * ordered[0]) / ordered[-1]
