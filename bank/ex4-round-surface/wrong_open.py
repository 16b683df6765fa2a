# expect: open
pass
