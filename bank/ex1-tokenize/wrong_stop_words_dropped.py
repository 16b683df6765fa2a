# expect: .
def tokenize(data_list):
    stop = {"a", "the", "it", "It", "and"}
    table = str.maketrans("", "", string.punctuation)
    return [[w for w in text.translate(table).split() if w not in stop] for text in data_list]
