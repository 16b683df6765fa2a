# expect: (?i)True or False|type|function
class should_stop:
    def __init__(self, val_losses, patience):
        self.stop = len(val_losses) > patience
