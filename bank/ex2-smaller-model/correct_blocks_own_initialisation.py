def hidden_layer(inputs, units):
    return nn.Sequential(nn.Linear(inputs, units), nn.ReLU())


smaller_model = nn.Sequential(
    hidden_layer(input_size, 4), hidden_layer(4, 4), nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())
).to(device)
for layer in smaller_model.modules():
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
