runs = {
    beta / 10: do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, beta / 10)
    for beta in range(10)
}
momentum = min(runs, key=lambda beta: float(runs[beta][-1].norm()))
hist_momentum = runs[momentum]
