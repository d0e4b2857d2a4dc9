"""The share of fraud in the amount's bucket: 25 buckets of equal width in log10(amount)."""
import numpy as np

from metrics import rounded

BUCKETS = 25


def learn(rows):
    """Edges in major units and the weighted fraud share of each bucket, learnt on `rows` alone; an empty bucket takes the overall share."""
    exponent = np.log10(rows.amount / 100)
    edges = [float(f"{edge:.6g}") for edge in 10 ** np.linspace(exponent.min(), exponent.max(), BUCKETS + 1)[1:-1]]
    index = np.digitize(rows.amount / 100, edges)
    total = np.bincount(index, rows.weight, BUCKETS)
    fraud = np.bincount(index, rows.weight * rows.fraud, BUCKETS)
    overall = float(fraud.sum() / total.sum())
    values = [rounded(fraud[i] / total[i], 9) if total[i] else rounded(overall, 9) for i in range(BUCKETS)]
    return edges, values


def apply(rows, edges, values):
    return np.asarray(values)[np.digitize(rows.amount / 100, edges)]
