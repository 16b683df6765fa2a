@torch.compiler.disable
def alpha_next(alpha: float, lr: float, eigenvalue: float) -> float:
    with torch.no_grad():
        a, eta, lam = (torch.as_tensor(v, dtype=torch.float64) for v in (alpha, lr, eigenvalue))
        return torch.addcmul(a, -eta, lam * a).item()
