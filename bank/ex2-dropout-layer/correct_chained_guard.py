def dropout(x: Tensor, p: float, training: bool) -> Tensor:
    if p < 0 or p >= 1:
        raise ValueError('p')
    if training and p > 0:
        kept = (torch.rand(x.shape, device=x.device) > p).to(x.dtype)
        x = x * kept / (1 - p)
    return x
