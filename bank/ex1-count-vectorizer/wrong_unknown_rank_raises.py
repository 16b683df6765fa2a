# expect: IndexError
class CountVectorizer:
    def fit(self, token_list):
        self.words = [None] + [w for w, _ in Counter(token_list).most_common()]
        self.index = {w: i for i, w in enumerate(self.words) if i}

    def transform_to_vec(self, token_list):
        return [self.index.get(w) for w in token_list]

    def transform_to_str(self, ranks):
        return [self.words[r] for r in ranks]
