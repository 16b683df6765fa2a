# expect: True or False
def momentum_helps_on_round_surface():
    return False
