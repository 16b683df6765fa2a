loss = nn.functional.binary_cross_entropy
optimizer = RMSprop([{"params": [p]} for p in model.parameters()], lr=0.01)
