from functools import reduce


def tokenize(data_list):
    def clean(text):
        return reduce(lambda t, mark: t.replace(mark, ""), string.punctuation, text)

    return [clean(text).split() for text in data_list]
