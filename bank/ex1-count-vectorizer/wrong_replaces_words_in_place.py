# expect: changed|argument|in place
class CountVectorizer:
    def fit(self, token_list):
        self.index = {w: i for i, (w, _) in enumerate(Counter(token_list).most_common(), 1)}
        self.back = {i: w for w, i in self.index.items()}

    def transform_to_vec(self, token_list):
        for i, w in enumerate(token_list):
            token_list[i] = self.index.get(w)
        return token_list

    def transform_to_str(self, ranks):
        return [self.back.get(r) for r in ranks]
