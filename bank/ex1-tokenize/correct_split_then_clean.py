def tokenize(data_list):
    def clean(word):
        return "".join(c for c in word if c not in string.punctuation)

    return [[clean(w) for w in text.split() if clean(w)] for text in data_list]
