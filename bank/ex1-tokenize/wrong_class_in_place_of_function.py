# expect: not a function
class tokenize(list):
    def __init__(self, data_list):
        super().__init__(t.translate(str.maketrans("", "", string.punctuation)).split() for t in data_list)
