# expect: (?i)no rank|None
class CountVectorizer:
    def fit(self, token_list):
        words = [w for w, _ in Counter(token_list).most_common(10)]
        self.a = dict(enumerate(words, 1)); self.b = {w: r for r, w in self.a.items()}
    def transform_to_vec(self, token_list): return [self.b.get(w) for w in token_list]
    def transform_to_str(self, ranks): return [self.a.get(r) for r in ranks]
