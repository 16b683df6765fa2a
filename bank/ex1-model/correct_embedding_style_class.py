class Net(nn.Module):
    """Type hints, module list, walrus: my usual style."""

    def __init__(self, sizes: tuple[int, ...] = (input_size, 16, 16, 1)) -> None:
        super().__init__()
        self.fcs = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x: Tensor) -> Tensor:
        last = len(self.fcs) - 1
        for i, fc in enumerate(self.fcs):
            x = fc(x)
            x = x.relu() if i < last else x.sigmoid()
        return x


(model := Net()).to(device)
