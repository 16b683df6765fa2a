# expect: not a function
class alpha_after:
    def __init__(self, alpha, lr, eigenvalue, steps):
        self.value = (1 - lr * eigenvalue) ** steps * alpha
