from functools import reduce
from operator import add

H = reduce(add, (value * sp.Matrix(2, 2, lambda i, j, k=k: int(i == j == k)) for k, value in enumerate((lambda_1, lambda_2))))
