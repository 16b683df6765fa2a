smaller_model = nn.Sequential()
widths = input_size, 4, 4, 1
for i, (a, b) in enumerate(zip(widths, widths[1:])):
    smaller_model.add_module(f"linear{i}", nn.Linear(in_features=a, out_features=b))
    smaller_model.add_module(f"act{i}", nn.Sigmoid() if b == 1 else nn.ReLU())
smaller_model = smaller_model.to(device=device, dtype=torch.float32)
