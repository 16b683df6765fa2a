# expect: the upper of the two middle numbers
def median(numbers):
    return sorted(numbers)[len(numbers) // 2]
