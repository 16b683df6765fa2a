# expect: not a number
def max_learning_rate(eigenvalues):
    return 2 / max(eigenvalues)


hist_max = do_gradient_descent(start, quad_function, 10, 2 / 10)
