def activation(name: str) -> nn.Module:
    match name:
        case "relu":
            return nn.ReLU()
        case "sigmoid":
            return nn.Sigmoid()
        case _:
            raise ValueError(name)


original_model = nn.Sequential(
    nn.Linear(input_size, 16), activation("relu"), nn.Linear(16, 16), activation("relu"),
    nn.Linear(16, 1), activation("sigmoid"),
).to(device)
