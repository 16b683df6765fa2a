# expect: not a number
def stiff_max_learning_rate(eigenvalues):
    return 2 / max(eigenvalues)


hist_stiff = do_gradient_descent(start, stiff_function, 10, 2 / 30)
