from torch.func import functional_call

model.eval()
parameters = {name: p.detach() for name, p in model.named_parameters()}
predictions = functional_call(model, parameters, (first_ten,))
