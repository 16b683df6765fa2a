# expect: the mean, not the median
def median(numbers):
    return sum(numbers) / len(numbers)
