# expect: numbers in place of the symbols
H = sp.Matrix([[1, 0], [0, 10]])
