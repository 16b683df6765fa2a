# expect: (?i)belong
values = [0.7 - 0.03 * epoch for epoch in range(20)]
original_model_metrics = dict(train_loss=values, train_acc=values, val_loss=values, val_acc=values)
smaller_model_metrics = original_model_metrics
