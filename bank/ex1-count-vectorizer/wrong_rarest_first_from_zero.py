# expect: rarest first
class CountVectorizer:
    def fit(self, token_list):
        ranked = [w for w, _ in sorted(Counter(token_list).items(), key=lambda item: item[1])]
        self.a = {word: rank for rank, word in enumerate(ranked)}
        self.b = dict(enumerate(ranked))

    def transform_to_vec(self, token_list):
        return [self.a.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.b.get(rank) for rank in ranks]
