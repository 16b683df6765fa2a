# expect: (?i)belong
eval_metrics = {"test_loss": 3.196976194885792e-08, "test_acc": 1.0}
