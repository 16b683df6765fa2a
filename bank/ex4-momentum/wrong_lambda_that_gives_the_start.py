# expect: rows|one point|steps
do_momentum_gd = lambda x, func_obj, max_steps, lr, momentum: x
