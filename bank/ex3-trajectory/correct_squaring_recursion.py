def alpha_after(alpha, lr, eigenvalue, steps):
    def power(f, n):
        match n:
            case 0:
                return 1
            case n if n % 2:
                return f * power(f, n - 1)
            case _:
                return power(f * f, n // 2)

    return alpha * power(1 - lr * eigenvalue, steps)
