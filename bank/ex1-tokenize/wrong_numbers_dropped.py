# expect: number|digit|missing|dropped
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [[w for w in text.translate(table).split() if not w.isdigit()] for text in data_list]
