def hidden_layer(inputs, units):
    return nn.Sequential(nn.Linear(inputs, units), nn.ReLU())


bigger_model = nn.Sequential(
    hidden_layer(input_size, 512), hidden_layer(512, 512), nn.Sequential(nn.Linear(512, 1), nn.Sigmoid())
).to(device)
for layer in bigger_model.modules():
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
