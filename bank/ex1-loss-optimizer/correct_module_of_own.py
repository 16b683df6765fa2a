class BinaryCrossEntropy(nn.Module):
    def forward(self, p: Tensor, y: Tensor) -> Tensor:
        log_p = torch.log(p).clamp(min=-100)
        log_q = torch.log1p(-p).clamp(min=-100)
        return torch.where(y > 0.5, -log_p, -log_q).mean()


loss, optimizer = BinaryCrossEntropy(), RMSprop(model.parameters())
