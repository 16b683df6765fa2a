# expect: probabilit|sigmoid|logit
model.eval()
with torch.no_grad():
    predictions = torch.logit(model(first_ten))
