"""Weighted metrics of a ranking or a probability against labels; every one counts a row by its weight."""
import numpy as np


def _curve(label, score, weight):
    """True and false positive weight when everything scored at least each distinct score is caught, best first."""
    order = np.argsort(-score, kind="stable")
    last_of_ties = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    caught = np.cumsum((weight * label)[order])[last_of_ties]
    false = np.cumsum((weight * (1 - label))[order])[last_of_ties]
    return caught, false, score[order][last_of_ties]


def average_precision(label, score, weight):
    """Area under precision and recall as a step function (no interpolation)."""
    caught, false, _ = _curve(label, score, weight)
    recall = caught / caught[-1]
    return float(np.sum(np.diff(np.append(0.0, recall)) * caught / (caught + false)))


def recall_at_false_positives(label, score, weight, share):
    caught, false, _ = _curve(label, score, weight)
    within = false <= share * false[-1]
    return float(caught[within][-1] / caught[-1]) if within.any() else 0.0


def best_f1_threshold(label, score, weight):
    """The score halfway between the last one caught and the next, so that it does not sit on a data point."""
    caught, false, scores = _curve(label, score, weight)
    at = int(np.argmax(2 * caught / (caught + false + caught[-1])))
    below = scores[at + 1] if at + 1 < len(scores) else 0.0
    return float((scores[at] + below) / 2)


def at_threshold(label, score, weight, threshold):
    hit = score >= threshold
    caught = float(np.sum(weight[hit] * label[hit]))
    recall = caught / float(np.sum(weight * label))
    precision = caught / float(np.sum(weight[hit])) if hit.any() else 0.0
    f1 = 2 * precision * recall / (precision + recall) if caught else 0.0
    return {"recall": rounded(recall), "precision": rounded(precision), "f1": rounded(f1)}


def calibration_error(label, probability, weight, bins=10):
    """Expected calibration error: mean |observed share − mean probability| over equal-width bins, by weight."""
    index = np.minimum((probability * bins).astype(int), bins - 1)
    total = np.bincount(index, weight, bins)
    observed = np.bincount(index, weight * label, bins)
    predicted = np.bincount(index, weight * probability, bins)
    return float(np.sum(np.abs(observed - predicted)) / np.sum(total))


def summary(rows, probability, threshold):
    label, weight = rows.fraud, rows.weight
    return {
        "auprc": rounded(average_precision(label, probability, weight)),
        **at_threshold(label, probability, weight, threshold),
        "recallAt1PercentFalsePositives": rounded(recall_at_false_positives(label, probability, weight, 0.01)),
        "calibrationError": rounded(calibration_error(label, probability, weight)),
        "brier": rounded(float(np.average((probability - label) ** 2, weights=weight))),
    }


def rounded(value, digits=6):
    return round(float(value), digits)
