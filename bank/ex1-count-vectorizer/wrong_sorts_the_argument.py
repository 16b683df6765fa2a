# expect: changed|argument|in place
class CountVectorizer:
    def fit(self, token_list):
        token_list.sort()
        self.words = [w for w, _ in Counter(token_list).most_common()]
        self.index = {w: i for i, w in enumerate(self.words, 1)}
        self.back = dict(enumerate(self.words, 1))

    def transform_to_vec(self, token_list):
        return [self.index.get(w) for w in token_list]

    def transform_to_str(self, ranks):
        return [self.back.get(r) for r in ranks]
