# expect: (?i)key
eval_metrics = dropout_model_metrics
