momentum = 0.6
point = nn.Parameter(start.clone())
optimizer = torch.optim.SGD([point], lr=float(stiff_max_learning_rate), momentum=momentum)
points = [start.clone()]
for _ in range(10):
    optimizer.zero_grad()
    stiff_function(point).sum().backward()
    optimizer.step()
    points.append(point.detach().clone())
hist_momentum = torch.cat(points)
