table = {ord(c): None for c in string.punctuation}
tokenize = lambda data_list: list(map(lambda text: text.translate(table).split(), data_list))
