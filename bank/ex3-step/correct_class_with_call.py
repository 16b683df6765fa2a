class Step:
    __slots__ = ()

    def __call__(self, alpha, lr, eigenvalue):
        gradient = eigenvalue * alpha
        return alpha - lr * gradient


alpha_next = Step()
