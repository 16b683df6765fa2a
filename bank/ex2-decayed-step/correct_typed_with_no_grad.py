def decayed_step(
    w: Tensor, grad: Tensor, lr: float, weight_decay: float, decoupled: bool = False
) -> Tensor:
    with torch.no_grad():
        total = grad if decoupled else grad + weight_decay * w
        kept = 1 - lr * weight_decay if decoupled else 1
        return kept * w - lr * total
