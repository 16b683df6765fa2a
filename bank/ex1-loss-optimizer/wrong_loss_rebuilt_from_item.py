# expect: no gradient
class Loss(nn.Module):
    def forward(self, predictions, labels):
        value = nn.functional.binary_cross_entropy(predictions, labels)
        return torch.full((), value.item(), requires_grad=True)


loss = Loss()
optimizer = RMSprop(model.parameters())
