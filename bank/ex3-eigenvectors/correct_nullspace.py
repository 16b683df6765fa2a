eigenpairs = []
for eigenvalue in (lambda_1, lambda_2):
    vector = (H - eigenvalue * sp.eye(2)).nullspace()[0]
    eigenpairs.append([eigenvalue, vector.T])
