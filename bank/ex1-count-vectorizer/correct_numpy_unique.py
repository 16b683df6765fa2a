import numpy as np


class CountVectorizer:
    def fit(self, token_list):
        words, counts = np.unique(np.array(token_list), return_counts=True)
        order = np.argsort(-counts, kind="stable")
        self.ranks = {str(w): int(r) for r, w in enumerate(words[order], 1)}

    def transform_to_vec(self, token_list):
        return list(map(self.ranks.get, token_list))

    def transform_to_str(self, ranks):
        back = {r: w for w, r in self.ranks.items()}
        return list(map(back.get, ranks))
