# expect: (?i)belong|data
from torch.utils.data import Subset

eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), Subset(test_dataset, range(100)))
