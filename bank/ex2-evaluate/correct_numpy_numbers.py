import numpy as np

eval_metrics = {k: np.float64(v) for k, v in evaluate(early_dropout_model, nn.BCELoss(), test_dataset).items()}
