# expect: (?i)requires_grad|frozen
smaller_model = nn.Sequential(
    nn.Linear(input_size, 4),
    nn.ReLU(),
    nn.Linear(4, 4),
    nn.ReLU(),
    nn.Linear(4, 1),
    nn.Sigmoid(),
).to(device)
for p in list(smaller_model.parameters())[:4]:
    p.requires_grad = False
