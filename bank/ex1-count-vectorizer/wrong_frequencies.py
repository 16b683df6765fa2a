# expect: frequencies
class CountVectorizer:
    def fit(self, token_list):
        self.a = Counter(token_list)
        self.b = {n: w for w, n in self.a.items()}

    def transform_to_vec(self, token_list):
        return [self.a.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.b.get(rank) for rank in ranks]
