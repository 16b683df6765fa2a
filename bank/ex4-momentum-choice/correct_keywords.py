momentum = 0.8
hist_momentum = do_momentum_gd(
    x=torch.tensor([[4.0, 4.0]], dtype=torch.float64),
    func_obj=stiff_function,
    max_steps=10,
    lr=2 / 30,
    momentum=momentum,
)
