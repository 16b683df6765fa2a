alpha_next = lambda alpha, lr, eigenvalue: alpha - lr * eigenvalue * alpha
