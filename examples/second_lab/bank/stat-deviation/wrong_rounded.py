# expect: rounded
def standard_deviation(sample):
    mean = sum(sample) / len(sample)
    return round((sum((v - mean) ** 2 for v in sample) / (len(sample) - 1)) ** 0.5, 2)
