def median(numbers):
    s = sorted(numbers)
    i = len(s) // 2
    return (s[i] + s[~i]) / 2
