# expect: symbol in place of an argument
def max_learning_rate(eigenvalues):
    return 2 / sp.Max(lambda_1, lambda_2)
