class CountVectorizer:
    def __init__(self, vocabulary=None):
        self.vocabulary = vocabulary or {}

    def fit(self, token_list):
        ranked = sorted(set(token_list), key=Counter(token_list).__getitem__, reverse=True)
        self.vocabulary = dict(zip(ranked, range(1, len(ranked) + 1)))

    def transform_to_vec(self, token_list):
        return tuple(self.vocabulary.get(word, None) for word in token_list)

    def transform_to_str(self, ranks):
        inverse = dict(map(reversed, self.vocabulary.items()))
        return tuple(inverse.get(rank) for rank in ranks)
