t = sp.Symbol("t", real=True)
R = sp.Matrix([[sp.cos(t), -sp.sin(t)], [sp.sin(t), sp.cos(t)]])
H = R.T * (R * sp.diag(lambda_1, lambda_2) * R.T) * R
