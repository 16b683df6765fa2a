# expect: stand-in|ready-made
from helpers.stand_ins import do_gradient_descent
