import numpy


def standard_deviation(sample):
    return numpy.std(sample, ddof=1)
