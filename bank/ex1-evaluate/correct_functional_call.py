from torch.func import functional_call


def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    state = {k: v.detach() for k, v in (*model.named_parameters(), *model.named_buffers())}
    outputs, labels = [], []
    for x, y in DataLoader(test_dataset, batch_size=batch_size):
        outputs.append(functional_call(model, state, (x,)).squeeze(1))
        labels.append(y)
    outputs, labels = torch.cat(outputs), torch.cat(labels)
    return dict(test_loss=float(loss(outputs, labels)), test_acc=float(((outputs > 0.5) == labels).float().mean()))
