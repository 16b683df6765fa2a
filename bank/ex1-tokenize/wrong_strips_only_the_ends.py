# expect: ends of words
def tokenize(data_list):
    return [[w.strip(string.punctuation) for w in text.split()] for text in data_list]
