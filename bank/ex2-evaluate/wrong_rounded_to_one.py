# expect: round|\d\.\d
eval_metrics = {k: round(v, 1) for k, v in evaluate(early_dropout_model, nn.BCELoss(), test_dataset).items()}
