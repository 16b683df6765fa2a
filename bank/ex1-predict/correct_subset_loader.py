from torch.utils.data import Subset

loader = DataLoader(Subset(test_dataset, range(10)), batch_size=4)
model.eval()
with torch.no_grad():
    predictions = torch.cat([model(rows).flatten() for rows, _ in loader]).numpy()
