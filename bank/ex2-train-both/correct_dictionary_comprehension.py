runs = {
    name: train(
        model=m, loss=nn.BCELoss(), optimizer=RMSprop(m.parameters()),
        train_dataset=train_dataset, val_dataset=val_dataset, batch_size=512, epochs=20,
    )
    for name, m in {"original": original_model, "smaller": smaller_model}.items()
}
original_model_metrics, smaller_model_metrics = runs["original"], runs["smaller"]
