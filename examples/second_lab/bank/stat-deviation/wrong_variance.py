# expect: the root is missing
def standard_deviation(sample):
    mean = sum(sample) / len(sample)
    return sum((v - mean) ** 2 for v in sample) / (len(sample) - 1)
