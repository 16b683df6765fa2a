model.eval()
with torch.no_grad():
    predictions = torch.vmap(model)(first_ten)
