def hidden_layer(inputs, units):
    return nn.Sequential(nn.Linear(inputs, units), nn.ReLU())


original_model = nn.Sequential(
    hidden_layer(input_size, 16), hidden_layer(16, 16), nn.Sequential(nn.Linear(16, 1), nn.Sigmoid())
).to(device)
for layer in original_model.modules():
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
