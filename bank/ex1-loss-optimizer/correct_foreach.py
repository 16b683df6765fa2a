class CrossEntropy(nn.Module):
    def forward(self, p, y):
        return -torch.where(y == 1, p, 1 - p).log().mean()


loss = CrossEntropy()
optimizer = torch.optim.RMSprop(params=model.parameters(), foreach=False)
