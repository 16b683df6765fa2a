# expect: frequen
class CountVectorizer:
    def fit(self, token_list):
        score = Counter()
        for w in token_list:
            score[w] += len(w)
        self.index = {w: i for i, (w, _) in enumerate(score.most_common(), 1)}
        self.back = {i: w for w, i in self.index.items()}

    def transform_to_vec(self, token_list):
        return [self.index.get(w) for w in token_list]

    def transform_to_str(self, ranks):
        return [self.back.get(r) for r in ranks]
