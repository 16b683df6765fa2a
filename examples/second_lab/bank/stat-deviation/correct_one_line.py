def standard_deviation(s):
    return (sum((v - sum(s) / len(s)) ** 2 for v in s) / (len(s) - 1)) ** 0.5
