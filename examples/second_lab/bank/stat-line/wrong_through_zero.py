# expect: a line through the origin
def fit_line(x, y):
    return sum(a * b for a, b in zip(x, y)) / sum(a * a for a in x), 0.0
