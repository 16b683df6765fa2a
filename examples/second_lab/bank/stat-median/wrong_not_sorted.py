# expect: the middle of the list as it is given
def median(numbers):
    return numbers[len(numbers) // 2]
