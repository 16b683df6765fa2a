# expect: another model
other = nn.Sequential(nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
loss = nn.BCELoss()
optimizer = RMSprop(other.parameters())
