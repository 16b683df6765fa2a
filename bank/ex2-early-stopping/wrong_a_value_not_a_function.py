# expect: (?i)function
should_stop = True
