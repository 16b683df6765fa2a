# expect: letters are counted
class CountVectorizer:
    def fit(self, token_list):
        ranked = [word for word, _ in Counter("".join(token_list)).most_common()]
        self.a = {word: rank for rank, word in enumerate(ranked, 1)}
        self.b = dict(enumerate(ranked, 1))

    def transform_to_vec(self, token_list):
        return [self.a.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.b.get(rank) for rank in ranks]
