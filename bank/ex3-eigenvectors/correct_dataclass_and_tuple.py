from dataclasses import astuple, dataclass


@dataclass
class Pair:
    value: sp.Expr
    vector: list


eigenpairs = [astuple(Pair(lambda_1, [-3, 0])), astuple(Pair(lambda_2, [0, sp.sqrt(2)]))]
