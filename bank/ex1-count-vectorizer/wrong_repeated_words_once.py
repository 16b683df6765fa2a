# expect: repeated|once|twice|length|left out|dropped
class CountVectorizer:
    def fit(self, token_list):
        self.index = {w: i for i, (w, _) in enumerate(Counter(token_list).most_common(), 1)}
        self.back = {i: w for w, i in self.index.items()}

    def transform_to_vec(self, token_list):
        return [self.index.get(w) for w in dict.fromkeys(token_list)]

    def transform_to_str(self, ranks):
        return [self.back.get(r) for r in ranks]
