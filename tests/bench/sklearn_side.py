"""The steps of an MLP in scikit-learn: MLPClassifier.partial_fit on one batch is one Adam step."""

from __future__ import annotations

import numpy as np
from measure import Job, Side, serve
from workload import PREDICT_BATCH, Workload
from workloads import WORKLOADS


class Perceptron(Side):
    def __init__(self, workload: Workload, predict: bool):
        import sklearn

        self.workload, self.predict = workload, predict
        images, self.labels = workload.floats(PREDICT_BATCH if predict else workload.batch)
        self.x = images.reshape(len(images), -1)
        self.start("")
        network = self.network
        count = sum(weights.size for weights in (*network.coefs_, *network.intercepts_))
        self.about = {"version": sklearn.__version__, "parameters": int(count)}

    def start(self, variant):
        from sklearn.neural_network import MLPClassifier

        self.network = MLPClassifier(
            self.workload.hidden, solver="adam", alpha=0.0, batch_size=len(self.x), learning_rate_init=1e-3,
            shuffle=False, random_state=0,
        )  # fmt: skip
        self.network.partial_fit(self.x, self.labels, classes=np.arange(self.workload.classes))
        if self.predict:
            return lambda: self.network.predict_proba(self.x)
        return lambda: self.network.partial_fit(self.x, self.labels)

    def found(self):
        return {} if self.predict else {"loss": float(self.network.loss_)}


def make(job: Job) -> Side:
    return Perceptron(WORKLOADS[job.workload], job.predict)


if __name__ == "__main__":
    serve(make)
