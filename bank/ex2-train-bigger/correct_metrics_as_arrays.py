import numpy as np

history = train(
    bigger_model, nn.BCELoss(), Adam(bigger_model.parameters()), train_dataset, val_dataset, 512, 20
)
bigger_model_metrics = {key: np.array(values) for key, values in history.items()}
