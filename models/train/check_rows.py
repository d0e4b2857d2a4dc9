"""Rows on which the ONNX model must agree with XGBoost: data, exact thresholds and their neighbours, missing values, extremes."""
import numpy as np

from onnx_trees import trees_of

SEED = 20


def check_rows(booster, data, count):
    """`count` float32 rows: four tenths data, three on thresholds, two with missing values, one of extremes. Deterministic."""
    random = np.random.default_rng(SEED)
    rows = data[random.integers(0, len(data), count)].astype(np.float32)
    width = rows.shape[1]
    on_threshold, with_missing, extreme = (slice(int(count * a), int(count * b)) for a, b in ((0.4, 0.7), (0.7, 0.9), (0.9, 1.0)))

    thresholds = [[] for _ in range(width)]
    for tree in trees_of(booster):
        for i, left in enumerate(tree["left_children"]):
            if left != -1:
                thresholds[tree["split_indices"][i]].append(np.float32(tree["split_conditions"][i]))
    for row in rows[on_threshold]:
        for i in range(width):
            if thresholds[i]:
                value = thresholds[i][random.integers(len(thresholds[i]))]
                towards = (value, np.float32(-np.inf), np.float32(np.inf))[random.integers(3)]
                row[i] = np.nextafter(value, towards, dtype=np.float32)

    rows[with_missing][random.random(rows[with_missing].shape) < 0.3] = np.nan
    extremes = np.array([0.0, -0.0, 1e30, -1e30, 1e-30, np.nan], dtype=np.float32)
    rows[extreme] = extremes[random.integers(0, len(extremes), rows[extreme].shape)]
    return rows
