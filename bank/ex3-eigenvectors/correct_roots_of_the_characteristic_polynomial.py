beta = sp.Symbol("beta")
values = sp.solve((H - beta * sp.eye(2)).det(), beta)
vectors = []
for value in values:
    a, b = sp.symbols("a b")
    rows = (H - value * sp.eye(2)) * sp.Matrix([a, b])
    free = sp.solve(list(rows), [a, b], dict=True)[0]
    vectors.append(sp.Matrix([a, b]).subs(free).subs({a: 1, b: 1}))
eigenpairs = list(zip(values, vectors))
